filedesc://d.arc 0.0.0.0 20090101000000 text/plain 9
1 0 Test


http://a.example/9 1.2.3.4 20090101000000 text/html 164
HTTP/1.1 200 OK
Content-Type: text/html; charset=iso-8859-1

<html><title>Page number 9 is here</title><body><p>The text of it, number 9, café.</p></body></html>

"""Searches an index through the shared library, without a binding.

usage: search.py INDEX QUERY"""
import ctypes
import sys

ID, TITLE, DATE = 0, 2, 5


class Error(ctypes.Structure):
    _fields_ = [("status", ctypes.c_int), ("message", ctypes.c_char * 512)]


class Archive:
    """An index that is open for searching. Use one per thread."""

    def __init__(self, *paths):
        self.library = ctypes.CDLL("libpressmark.so.0")
        self.library.pressmark_results_count.restype = ctypes.c_size_t
        self.library.pressmark_hit_score.restype = ctypes.c_double
        for getter in "pressmark_hit_text", "pressmark_hit_snippet":
            getattr(self.library, getter).restype = ctypes.c_char_p
        self.searcher = ctypes.c_void_p()
        names = (ctypes.c_char_p * len(paths))(*(p.encode() for p in paths))
        self.call("pressmark_open", names, ctypes.c_size_t(len(paths)),
                  ctypes.byref(self.searcher))

    def call(self, function, *arguments):
        error = Error()
        if getattr(self.library, function)(*arguments, ctypes.byref(error)) != 0:
            raise OSError(error.message.decode())

    def search(self, query):
        """The hits of a query, best first, each a dict."""
        results = ctypes.c_void_p()
        self.call("pressmark_search", self.searcher, query.encode(), None,
                  ctypes.byref(results))
        try:
            for i in map(ctypes.c_size_t, range(self.library.pressmark_results_count(results))):
                text = lambda field: self.library.pressmark_hit_text(results, i, field).decode()
                yield {"id": text(ID), "title": text(TITLE), "date": text(DATE),
                       "score": self.library.pressmark_hit_score(results, i),
                       "snippet": self.library.pressmark_hit_snippet(results, i).decode()}
        finally:
            self.library.pressmark_results_free(results)

    def close(self):
        self.library.pressmark_close(self.searcher)
        self.searcher = None


if __name__ == "__main__":
    archive = Archive(sys.argv[1])
    for hit in archive.search(sys.argv[2]):
        print(f"{hit['score']:.2f} {hit['title']} ({hit['date']})")
    archive.close()

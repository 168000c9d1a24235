# Makes C of files: an array of the bytes of each, named like the file with _ for dots.
#
# usage: cmake -DOUTPUT=files.inc -P EmbedFiles.cmake FILE...
set(code "")
set(last_is_script FALSE)
math(EXPR last "${CMAKE_ARGC} - 1")
foreach(i RANGE 1 ${last})
    set(file "${CMAKE_ARGV${i}}")
    if(last_is_script)
        file(READ "${file}" bytes HEX)
        cmake_path(GET file FILENAME name)
        string(MAKE_C_IDENTIFIER "${name}" name)
        string(REGEX REPLACE "(..)" "0x\\1," bytes "${bytes}")
        string(REGEX REPLACE "(................................................................................)"
            "    \\1\n" bytes "${bytes}")
        string(APPEND code "static const unsigned char ${name}[] = {\n${bytes}};\n")
    elseif(file MATCHES "EmbedFiles.cmake$")
        set(last_is_script TRUE)
    endif()
endforeach()
file(WRITE "${OUTPUT}" "${code}")

# pressmark_target(NAME): the language level, warnings and sanitizers of every target here.
#
# Contraction is off so that scores are the same on every machine: a fused multiply-add
# rounds once where a multiplication and an addition round twice.
function(pressmark_target target)
    target_compile_features(${target} PRIVATE c_std_17 cxx_std_17)
    set_target_properties(${target} PROPERTIES
        C_EXTENSIONS OFF
        CXX_EXTENSIONS OFF
        C_VISIBILITY_PRESET hidden
        CXX_VISIBILITY_PRESET hidden
        VISIBILITY_INLINES_HIDDEN ON
        POSITION_INDEPENDENT_CODE ON)
    target_compile_definitions(${target} PRIVATE _GNU_SOURCE)
    set(common_warnings -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow
        -Wformat=2 -Wcast-qual -Wvla -Wundef -Wnull-dereference)
    target_compile_options(${target} PRIVATE
        -ffp-contract=off
        "$<$<COMPILE_LANGUAGE:C>:${common_warnings};-Wstrict-prototypes;-Wmissing-prototypes>"
        "$<$<COMPILE_LANGUAGE:CXX>:-Wall;-Wextra;-Wshadow>")
    if(PRESSMARK_WERROR)
        target_compile_options(${target} PRIVATE -Werror)
    endif()
    if(PRESSMARK_SANITIZE)
        target_compile_options(${target} PRIVATE
            -fsanitize=${PRESSMARK_SANITIZE} -fno-omit-frame-pointer -fno-sanitize-recover=all)
        target_link_options(${target} PRIVATE -fsanitize=${PRESSMARK_SANITIZE})
    endif()
endfunction()

# pressmark_embed(TARGET OUTPUT FILE...): OUTPUT is C with an array of each file's bytes.
function(pressmark_embed target output)
    set(files ${ARGN})
    list(TRANSFORM files PREPEND "${CMAKE_CURRENT_SOURCE_DIR}/")
    set(script "${PROJECT_SOURCE_DIR}/common/cmake/EmbedFiles.cmake")
    add_custom_command(OUTPUT "${CMAKE_CURRENT_BINARY_DIR}/${output}"
        COMMAND "${CMAKE_COMMAND}" "-DOUTPUT=${CMAKE_CURRENT_BINARY_DIR}/${output}"
            -P "${script}" ${files}
        DEPENDS ${files} "${script}")
    target_sources(${target} PRIVATE "${CMAKE_CURRENT_BINARY_DIR}/${output}")
    target_include_directories(${target} PRIVATE "${CMAKE_CURRENT_BINARY_DIR}")
endfunction()

# pressmark_completions(PROGRAM): its scripts for shells, made and installed where the
# shells look.
function(pressmark_completions program)
    set(folders
        "bash=bash-completion/completions/${program}"
        "zsh=zsh/vendor-completions/_${program}"
        "fish=fish/vendor_completions.d/${program}.fish")
    foreach(pair IN LISTS folders)
        string(REPLACE "=" ";" pair "${pair}")
        list(GET pair 0 shell)
        list(GET pair 1 place)
        set(script "${CMAKE_CURRENT_BINARY_DIR}/${program}.${shell}")
        add_custom_command(TARGET ${program} POST_BUILD
            COMMAND ${program} --completion=${shell} > "${script}" VERBATIM)
        cmake_path(GET place PARENT_PATH folder)
        cmake_path(GET place FILENAME name)
        install(FILES "${script}" DESTINATION "${CMAKE_INSTALL_DATADIR}/${folder}"
            RENAME "${name}" COMPONENT tools)
    endforeach()
endfunction()

# Warnings, sanitizers, the compiler cache and the fast linker.
add_library(carillon_warnings INTERFACE)
target_compile_options(carillon_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wnon-virtual-dtor -Wold-style-cast -Werror)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
  # g++ 12 reports these on correct standard-library code once it inlines.
  target_compile_options(carillon_warnings INTERFACE
    -Wno-restrict -Wno-maybe-uninitialized -Wno-array-bounds -Wno-stringop-overflow
    -Wno-dangling-pointer -Wno-free-nonheap-object -Wno-stringop-overread)
endif()

# Of sources that are compiled together some see names that are another's own.
add_library(carillon_together INTERFACE)
target_compile_options(carillon_together INTERFACE -Wno-shadow -Wno-subobject-linkage)

if(CARILLON_SANITIZE MATCHES "address")
  # Without vptr, null, alignment and object-size the sanitized build compiles twice as fast.
  add_compile_options(-fsanitize=address,undefined -fno-sanitize=vptr,null,alignment,object-size
                      -fno-sanitize-recover=all -fno-omit-frame-pointer)
  add_link_options(-fsanitize=address,undefined)
elseif(CARILLON_SANITIZE STREQUAL "thread")
  add_compile_options(-fsanitize=thread -Wno-tsan)
  add_link_options(-fsanitize=thread)
endif()

# What most files read and few change, read once for all targets. Only headers that are not ours and
# the one that costs most: a file that forgets an include of ours must not compile.
function(carillon_precompiled target)
  if(NOT CARILLON_PCH)
    return()
  endif()
  if(NOT TARGET carillon_pch)
    file(WRITE ${CMAKE_BINARY_DIR}/pch.cpp "")
    add_library(carillon_pch OBJECT ${CMAKE_BINARY_DIR}/pch.cpp)
    target_include_directories(carillon_pch PRIVATE ${CMAKE_SOURCE_DIR}/src)
    target_link_libraries(carillon_pch PRIVATE Boost::headers Boost::json fmt::fmt carillon_warnings)
    target_precompile_headers(carillon_pch PRIVATE
      <algorithm> <array> <charconv> <chrono> <cstdint> <filesystem> <fstream> <functional> <map>
      <memory> <mutex> <optional> <set> <string> <string_view> <thread> <utility> <vector>
      <fmt/format.h> <fmt/ranges.h> <tl/expected.hpp> "${CMAKE_SOURCE_DIR}/src/base/describe.hpp")
  endif()
  target_precompile_headers(${target} REUSE_FROM carillon_pch)
endfunction()

find_program(CARILLON_CCACHE ccache)
if(CARILLON_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_BASEDIR=${CMAKE_SOURCE_DIR}
      CCACHE_NOHASHDIR=1
      CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      ${CARILLON_CCACHE})
endif()
find_program(CARILLON_MOLD mold)
if(CARILLON_MOLD)
  add_link_options(-fuse-ld=mold)
endif()

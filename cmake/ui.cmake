# The web interface: its packages into ui/node_modules, once for every build tree; then a bundle of
# its own in each, as a C++ file that holds the bytes.
find_program(CARILLON_NODE NAMES node nodejs)
find_program(CARILLON_NPM npm)
if(NOT CARILLON_NODE OR NOT CARILLON_NPM)
  message(FATAL_ERROR "node and npm are needed for the web interface: packaging/install.sh npm")
endif()
set(ui ${CMAKE_SOURCE_DIR}/ui)
add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/ui/installed
  COMMAND ${CMAKE_SOURCE_DIR}/packaging/npm.sh ${ui}
  COMMAND ${CMAKE_COMMAND} -E touch ${CMAKE_BINARY_DIR}/ui/installed
  DEPENDS ${ui}/package.json ${ui}/package-lock.json ${CMAKE_SOURCE_DIR}/packaging/npm.sh
  COMMENT "Packages of the web interface")
file(GLOB_RECURSE ui_sources CONFIGURE_DEPENDS ${ui}/src/*.ts ${ui}/src/*.tsx ${ui}/src/*.json
     ${ui}/src/*.css ${ui}/src/*.svg)
list(REMOVE_ITEM ui_sources ${ui}/src/api.d.ts)  # made below
add_custom_command(OUTPUT ${CMAKE_BINARY_DIR}/ui/app_assets.cpp
  COMMAND ${CARILLON_NODE} ${ui}/build.mjs ${CMAKE_BINARY_DIR}/ui
  DEPENDS ${CMAKE_BINARY_DIR}/ui/installed ${ui_sources} ${ui}/build.mjs ${ui}/api_types.mjs
          ${ui}/tlds.mjs ${CMAKE_SOURCE_DIR}/src/text/tld_table.inc ${ui}/index.html
          ${CMAKE_SOURCE_DIR}/docs/openapi.json
  COMMENT "Bundling the web interface")

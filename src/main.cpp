#include "base/crypto_memory.hpp"
#include "base/process.hpp"
#include "cli/command.hpp"
#include "publish/image_worker.hpp"

int main(int argc, char** argv) {
  carillon::keep_memory_private();
  carillon::keep_crypto_memory();
  std::vector<std::string> arguments(argv + 1, argv + argc);
  if (!arguments.empty() && arguments[0] == carillon::image_worker_argument)
    carillon::image_worker_main({arguments.begin() + 1, arguments.end()});
  return carillon::run_command_line(arguments);
}

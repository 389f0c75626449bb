#include "cli/command.hpp"

int main(int argc, char** argv) {
  return carillon::run_command_line(std::vector<std::string>(argv + 1, argv + argc));
}

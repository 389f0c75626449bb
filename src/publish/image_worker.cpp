#include "publish/image_worker.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>

#include "base/limits.hpp"
#include "base/write_all.hpp"
#include "publish/image_header.hpp"
#include "publish/image_vips.hpp"

namespace carillon {

BOOST_DESCRIBE_ENUM(Fault, invalid, not_found, conflict, denied, too_large, unavailable, timeout,
                    corrupt, internal)

namespace {

// What a worker says before the bytes, on one line.
struct Reply {
  Fault fault = Fault::internal;
  std::string what;  // empty: it went well
  std::string hint;
};
BOOST_DESCRIBE_STRUCT(Reply, (), (fault, what, hint))

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t reply_head_bytes = 16 * 1024;
constexpr std::string_view head_end = "\n";

class Descriptor {
 public:
  explicit Descriptor(int fd = -1) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { reset(); }
  void reset(int fd = -1) {
    if (fd_ >= 0) ::close(fd_);
    fd_ = fd;
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

tl::unexpected<Error> no_process(std::string_view what) {
  return fail(Fault::unavailable,
              fmt::format("no process for the picture: {}: {}", what, std::strerror(errno)),
              "The machine is out of memory, processes or descriptors.");
}

// The bytes as a file in memory, from its start: a pipe could block, or break, while we write.
Result<void> fill_input(Descriptor& input, std::string_view bytes) {
  input.reset(::memfd_create("picture", MFD_CLOEXEC));
  if (input.get() < 0 || !write_all(input.get(), bytes) || ::lseek(input.get(), 0, SEEK_SET) != 0)
    return no_process("memory for the picture");
  return {};
}

// Starts `program` with these three descriptors and no other, no environment, default signals.
Result<pid_t> start(const std::string& program, const std::string& wish, int input, int output) {
  posix_spawn_file_actions_t actions;
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_init(&actions);
  posix_spawnattr_init(&attributes);
  posix_spawn_file_actions_adddup2(&actions, input, 0);
  posix_spawn_file_actions_adddup2(&actions, output, 1);
  posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
  posix_spawn_file_actions_addclosefrom_np(&actions, 3);
  sigset_t none;
  sigset_t all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  std::string name = "carillon";
  std::string hidden(image_worker_argument);
  std::string argument = wish;
  const std::array<char*, 4> arguments{name.data(), hidden.data(), argument.data(), nullptr};
  const std::array<char*, 1> environment{nullptr};
  pid_t child = -1;
  errno = posix_spawn(&child, program.c_str(), &actions, &attributes, arguments.data(),
                      environment.data());
  const bool started = errno == 0;
  posix_spawn_file_actions_destroy(&actions);
  posix_spawnattr_destroy(&attributes);
  if (!started) return no_process(program);
  return child;
}

enum class End { whole, late, too_long };

// All the child says, until it closes its end.
End read_output(int fd, std::size_t most, std::string& out) {
  const auto until = SteadyClock::now() + std::chrono::milliseconds(limits::image_worker_ms);
  std::array<char, 64 * 1024> block{};
  while (true) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(until - SteadyClock::now()).count();
    pollfd one{fd, POLLIN, 0};
    if (left <= 0) return End::late;
    const int ready = ::poll(&one, 1, static_cast<int>(left));
    if (ready < 0 && errno != EINTR) return End::whole;
    if (ready <= 0) continue;
    const ssize_t count = ::read(fd, block.data(), block.size());
    if (count <= 0) return End::whole;
    out.append(block.data(), static_cast<std::size_t>(count));
    if (out.size() > most) return End::too_long;
  }
}

int reap(pid_t child) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return status;
}

bool ran_out_of_time(int status) {
  return WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGALRM);
}

tl::unexpected<Error> too_slow() {
  return fail(Fault::timeout,
              fmt::format("the picture took more than {} seconds to decode",
                          limits::image_worker_ms / 1000),
              "Scale it down, or save it anew with another program.");
}

tl::unexpected<Error> broke(int status) {
  return fail(Fault::corrupt,
              WIFSIGNALED(status) ? fmt::format("the picture brought its decoder down (signal {})",
                                                WTERMSIG(status))
                                  : std::string("the picture's decoder gave no whole answer"),
              "Save it anew with another program; it may be damaged, or need too much memory.");
}

// What came back is as foreign as what went in: its sizes, and that it is bare, are seen to here.
Result<WorkedImage> checked(const std::string& output, int status, const ImageWish& wish) {
  const auto end = output.find(head_end);
  if (!WIFEXITED(status) || end == std::string::npos || end > reply_head_bytes)
    return broke(status);
  auto reply = parse_json_as<Reply>(std::string_view(output).substr(0, end));
  if (!reply) return broke(status);
  if (!reply->what.empty()) return fail(reply->fault, reply->what, reply->hint);
  WorkedImage out{output.substr(end + 1), {}, 0, 0};
  const auto header = read_image_header(out.bytes);
  const auto bare = check_bare(out.bytes);
  if (!header) return broke(status);
  if (!bare) return fail(Fault::internal, "a picture still holds metadata: " + bare.error().what);
  const bool fits = (wish.side == 0 || std::max(header->width, header->height) <= wish.side) &&
                    (wish.pixels == 0 || header->width <= wish.pixels / header->height) &&
                    (wish.bytes == 0 || std::cmp_less_equal(out.bytes.size(), wish.bytes));
  if (!fits) return fail(Fault::internal, "a picture came back larger than it may be");
  out.mime = header->kind == ImageKind::png ? "image/png" : "image/jpeg";
  out.width = header->width;
  out.height = header->height;
  return out;
}

}  // namespace

Result<WorkedImage> ImageWorker::run(std::string_view bytes, const ImageWish& asked) {
  CHECK_OK(read_image_header(bytes));
  ImageWish wish = asked;
  if (wish.bytes <= 0 || wish.bytes > limits::media_master_bytes)
    wish.bytes = limits::media_master_bytes;
  const std::lock_guard lock(one_at_a_time_);
  Descriptor input;
  CHECK_OK(fill_input(input, bytes));
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return no_process("a pipe");
  Descriptor read_end(ends[0]);
  Descriptor write_end(ends[1]);
  TRY(const pid_t child, start(program_, write_json(wish), input.get(), write_end.get()));
  write_end.reset();
  std::string output;
  const End end =
      read_output(read_end.get(), reply_head_bytes + static_cast<std::size_t>(wish.bytes), output);
  // It has closed its end: one that has ended keeps its status, one that has not is up to no good.
  ::kill(child, SIGKILL);
  const int status = reap(child);
  if (end == End::late || ran_out_of_time(status)) return too_slow();
  if (end == End::too_long) return broke(status);
  return checked(output, status, wish);
}

namespace {

Result<std::string> read_input() {
  std::string out;
  std::array<char, 64 * 1024> block{};
  while (true) {
    const ssize_t count = ::read(0, block.data(), block.size());
    if (count == 0) return out;
    if (count < 0 || out.size() > limits::media_file_bytes)
      return fail(Fault::corrupt, "the picture could not be read whole");
    out.append(block.data(), static_cast<std::size_t>(count));
  }
}

Result<WorkedImage> work(const std::vector<std::string>& arguments) {
  TRY(const ImageWish wish, parse_json_as<ImageWish>(arguments.empty() ? "" : arguments[0]));
  TRY(const Vips vips, Vips::load());
  image_detail::confine();
  TRY(const std::string bytes, read_input());
  TRY(const ImageHeader header, read_image_header(bytes));
  return vips.shrink(bytes, header, wish);
}

}  // namespace

void image_worker_main(const std::vector<std::string>& arguments) {
  Reply reply;
  std::string bytes;
  if (auto done = work(arguments)) {
    bytes = std::move(done->bytes);
  } else {
    reply.fault = done.error().fault;
    reply.what = done.error().what;
    reply.hint = done.error().hint;
  }
  const bool told =
      write_all(1, write_json(reply)) && write_all(1, head_end) && write_all(1, bytes);
  // Without the farewell of a hundred libraries.
  ::_exit(told ? 0 : 1);
}

}  // namespace carillon

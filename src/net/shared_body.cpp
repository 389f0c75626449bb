#include "net/shared_body.hpp"

#include <sys/mman.h>
#include <sys/sendfile.h>
#include <unistd.h>

#include <cerrno>
#include <tuple>

#include "base/limits.hpp"
#include "base/write_all.hpp"
#include "net/sigpipe.hpp"

namespace carillon {

namespace {

std::atomic<std::size_t> body_files{0};

}  // namespace

SharedBody::~SharedBody() {
  if (file_ < 0) return;
  ::close(file_);
  --body_files;
}

int SharedBody::file() const {
  if (bytes_.size() < limits::server_file_bytes || bytes_.size() > limits::server_file_bytes_most)
    return none;
  int before = never_sent;
  if (file_.compare_exchange_strong(before, sent_once) || before == none) return none;
  if (before >= 0) return before;
  // Who comes meanwhile sends from memory.
  if (!file_.compare_exchange_strong(before, none)) return none;
  const int made = make_file();
  file_ = made;
  return made;
}

int SharedBody::make_file() const {
  if (body_files.fetch_add(1) < limits::server_files) {
    const int made = ::memfd_create("body", MFD_CLOEXEC);
    if (made >= 0 && write_all(made, bytes_)) return made;
    if (made >= 0) ::close(made);
  }
  --body_files;
  return none;
}

std::size_t send_some(int socket, int file, std::size_t from, std::size_t size) {
  thread_local const bool blocked = block_sigpipe();
  std::ignore = blocked;
  auto offset = static_cast<off_t>(from);
  const ssize_t sent = ::sendfile(socket, file, &offset, size - from);
  if (sent > 0) return static_cast<std::size_t>(sent);
  if (sent == 0) errno = EIO;
  return 0;
}

}  // namespace carillon

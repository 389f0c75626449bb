// Writing to a connection that the other side has closed.
#pragma once

#include <pthread.h>

#include <csignal>

namespace carillon {

// Blocks SIGPIPE on this thread, for what writes to sockets and cannot be asked to leave the signal
// out: sendfile(2), and OpenSSL's own write(2). The error comes back as EPIPE. Not for threads that
// start programs: those would inherit it. True when it is blocked.
inline bool block_sigpipe() {
  sigset_t those;
  sigemptyset(&those);
  sigaddset(&those, SIGPIPE);
  return pthread_sigmask(SIG_BLOCK, &those, nullptr) == 0;
}

}  // namespace carillon

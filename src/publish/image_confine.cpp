// What a worker gives up before it reads the first foreign byte.
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstddef>
#include <vector>

#include "base/limits.hpp"
#include "publish/image_worker.hpp"

namespace carillon::image_detail {

namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true;  // shadow memory takes terabytes of addresses
#else
constexpr bool sanitized = false;
#endif

#if defined(__x86_64__)
constexpr unsigned architecture = AUDIT_ARCH_X86_64;
#elif defined(__aarch64__)
constexpr unsigned architecture = AUDIT_ARCH_AARCH64;
#else
constexpr unsigned architecture = 0;
#endif

// All that computing on memory, with threads, needs. Anything else fails with EPERM.
constexpr std::array<unsigned, 36> allowed{SYS_read,
                                           SYS_write,
                                           SYS_close,
                                           SYS_fstat,
                                           SYS_lseek,
                                           SYS_mmap,
                                           SYS_munmap,
                                           SYS_mprotect,
                                           SYS_mremap,
                                           SYS_madvise,
                                           SYS_brk,
                                           SYS_futex,
                                           SYS_clone,
                                           SYS_clone3,
                                           SYS_set_robust_list,
                                           SYS_rseq,
                                           SYS_membarrier,
                                           SYS_sched_yield,
                                           SYS_sched_getaffinity,
                                           SYS_sched_getparam,
                                           SYS_sched_getscheduler,
                                           SYS_getpid,
                                           SYS_gettid,
                                           SYS_getrandom,
                                           SYS_clock_gettime,
                                           SYS_clock_nanosleep,
                                           SYS_nanosleep,
                                           SYS_gettimeofday,
                                           SYS_sysinfo,
                                           SYS_rt_sigaction,
                                           SYS_rt_sigprocmask,
                                           SYS_rt_sigreturn,
                                           SYS_sigaltstack,
                                           SYS_restart_syscall,
                                           SYS_exit,
                                           SYS_exit_group};

void limit(__rlimit_resource_t what, rlim_t most) {
  const rlimit bound{most, most};
  ::setrlimit(what, &bound);
}

sock_filter step(unsigned code, unsigned value, unsigned char yes = 0, unsigned char no = 0) {
  return {static_cast<unsigned short>(code), yes, no, value};
}

// A kernel without seccomp leaves the limits, which hold as well.
void allow_only_computing() {
  if (architecture == 0) return;
  std::vector<sock_filter> program{
      step(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, arch)),
      step(BPF_JMP | BPF_JEQ | BPF_K, architecture, 1, 0),
      step(BPF_RET | BPF_K, SECCOMP_RET_KILL_PROCESS),
      step(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
  };
  for (const unsigned number : allowed) {
    program.push_back(step(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1));
    program.push_back(step(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  }
  program.push_back(step(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM));
  const sock_fprog filter{static_cast<unsigned short>(program.size()), program.data()};
  ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter);
}

}  // namespace

void confine() {
  ::alarm(limits::image_worker_ms / 1000 + 1);  // should the parent be gone
  if (!sanitized) limit(RLIMIT_AS, limits::image_worker_memory);
  limit(RLIMIT_CPU, limits::image_worker_cpu_seconds);
  limit(RLIMIT_CORE, 0);
  limit(RLIMIT_FSIZE, 0);
  limit(RLIMIT_NOFILE, 0);  // those that are open stay; there will be no other
  ::prctl(PR_SET_DUMPABLE, 0);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (!sanitized) allow_only_computing();
}

}  // namespace carillon::image_detail

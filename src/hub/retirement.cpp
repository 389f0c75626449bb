#include "hub/retirement.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "base/moment.hpp"
#include "consult/decisions.hpp"
#include "hub/retirement_evidence.hpp"
#include "hub/workspace.hpp"

namespace carillon {

namespace {

namespace fs = std::filesystem;

StepView view_of(const StepStatus& status) {
  const PlanStep& step = status.step;
  const StepRecord& record = status.record;
  const bool settled = record.state == StepState::done || record.state == StepState::skipped;
  return {.key = step.key,
          .title = step.title,
          .state = record.state,
          .door = step.door,
          .witness = step.witness,
          .what = step.what,
          .why = step.why,
          .verify = step.verify,
          .undo = step.undo,
          .at = settled ? iso_time(record.at) : "",
          .by = record.actor,
          .proof = record.proof,
          .not_before = status.not_before == 0 ? "" : iso_time(status.not_before)};
}

// A retirement with all that its steps are judged by.
struct Running {
  Retirement retirement;
  PlanBasis basis;
  std::vector<PlanStep> steps;
};

Result<std::vector<StepStatus>> status_of(Hub& hub, const Running& running) {
  TRY(const auto records, hub.retirements().records(running.retirement.decision));
  return standing(running.steps, records, hub.clock().now());
}

Result<RetirementView> view_of(Hub& hub, const Running& running, bool begun) {
  TRY(const auto steps, status_of(hub, running));
  RetirementView out{.channel = running.basis.channel.name,
                     .network = running.basis.rules.title,
                     .to = running.basis.decision.to,
                     .decision = running.basis.decision,
                     .begun = begun,
                     .steps = {}};
  for (const StepStatus& one : steps) out.steps.push_back(view_of(one));
  return out;
}

Result<Running> running_of(Hub& hub, const Retirement& retirement) {
  Running out;
  out.retirement = retirement;
  TRY(const Decision decision, Decisions(hub.store()).get(retirement.decision));
  TRY(out.basis, plan_basis(hub, retirement.channel, decision, retirement.move_to));
  out.steps = plan_steps(out.basis);
  return out;
}

Result<Running> running_of(Hub& hub, const std::string& channel) {
  CHECK_OK(hub.channel(channel));
  TRY(const auto known, hub.retirements().of(channel));
  if (known) return running_of(hub, *known);
  return fail(Fault::not_found, fmt::format("there is no plan for the channel {}", channel),
              fmt::format("Make it: `carillon retire plan {} --to reserved` (or inactive, closed).",
                          channel));
}

Result<Decision> decision_for(Hub& hub, const RetirePlanRequest& request) {
  Decisions decisions(hub.store());
  if (request.decision.empty()) return decisions.latest(request.channel, request.to);
  TRY(Decision decision, decisions.get(request.decision));
  if (decision.channel == request.channel && decision.to == request.to) return decision;
  return fail(
      Fault::denied,
      fmt::format("decision {} says that {} becomes {}, not that {} becomes {}", decision.id,
                  decision.channel, word_of(decision.to), request.channel, word_of(request.to)),
      "The body that decided must decide anew; the program does not go beyond.");
}

Result<void> check_plan(Hub& hub, const RetirePlanRequest& request, const Decision& decision) {
  if (!ends_a_channel(request.to))
    return fail(Fault::invalid, fmt::format("{} is no end of a channel", word_of(request.to)),
                "Say --to inactive, reserved or closed.");
  TRY(const Channel channel, hub.channel(request.channel));
  if (channel.use == Use::home)
    return fail(Fault::conflict,
                fmt::format("{} is the home, to which all others point", request.channel),
                "Give another channel the use home first.");
  const std::string& to = request.move_to;
  if (!to.empty() && (to.front() != '@' || std::count(to.begin(), to.end(), '@') != 2))
    return fail(Fault::invalid, fmt::format("--move-to {}: this is no account", to),
                "Write it as @news@example.org.");
  TRY(const auto known, hub.retirements().of(request.channel));
  if (!known || known->decision == decision.id) return {};
  TRY(const Running before, running_of(hub, *known));
  TRY(const auto steps, status_of(hub, before));
  const bool open = std::any_of(steps.begin(), steps.end(), [](const StepStatus& one) {
    return one.record.state == StepState::open;
  });
  if (!open) return {};
  return fail(Fault::conflict,
              fmt::format("the plan of decision {} for {} is not at its end", known->decision,
                          request.channel),
              fmt::format("`carillon retire next {}` goes on with it.", request.channel));
}

// A word of a person belongs to one step, so that a command repeated after a crash cannot be taken
// for the next one.
Result<void> check_word(const Running& running, const RetireNextRequest& request) {
  std::vector<std::string> keys;
  for (const PlanStep& step : running.steps) keys.push_back(step.key);
  if (request.step.empty()) {
    if (request.proof.empty() && request.skip.empty() && request.confirm.empty()) return {};
    return fail(Fault::invalid, "which step is this about?",
                fmt::format("Name it: carillon retire next {} STEP --proof … The steps are {}.",
                            request.channel, fmt::join(keys, ", ")));
  }
  if (std::find(keys.begin(), keys.end(), request.step) == keys.end())
    return fail(Fault::not_found, fmt::format("the plan has no step \"{}\"", request.step),
                fmt::format("It has {}.", fmt::join(keys, ", ")));
  if (!request.proof.empty() && !request.skip.empty())
    return fail(Fault::invalid, "a step is either done or left out", "Say --proof or --skip.");
  return {};
}

using Point = std::function<void(const std::string&)>;

// One pass over the plan, from the first step that is not settled.
class Walk {
 public:
  Walk(Hub& hub, const Actor& actor, const RetireNextRequest& request, Running running, Point point)
      : hub_(hub),
        actor_(actor),
        request_(request),
        running_(std::move(running)),
        point_(std::move(point)) {
    out_.channel = request.channel;
    out_.dry_run = request.dry_run;
  }

  Result<RetireAdvance> go() {
    while (true) {
      TRY(const auto steps, status_of(hub_, running_));
      const auto next = std::find_if(steps.begin(), steps.end(), [&](const StepStatus& one) {
        return one.record.state == StepState::open && !looked_.contains(one.step.key);
      });
      if (next == steps.end()) return end(steps);
      TRY(const bool settled, take(*next));
      if (!settled) return std::move(out_);
    }
  }

 private:
  Result<RetireAdvance> end(const std::vector<StepStatus>& steps) {
    Micros soonest = 0;
    for (const StepStatus& one : steps) {
      if (one.record.state == StepState::waiting && one.not_before > 0 &&
          (soonest == 0 || one.not_before < soonest))
        soonest = one.not_before;
    }
    out_.finished = std::all_of(steps.begin(), steps.end(), [](const StepStatus& one) {
      return one.record.state == StepState::done || one.record.state == StepState::skipped;
    });
    if (soonest != 0) out_.next_day = day_of(soonest);
    return std::move(out_);
  }

  // True when the step is settled, and the walk goes on.
  Result<bool> take(const StepStatus& status) {
    const PlanStep& step = status.step;
    const bool meant = step.key == request_.step && !said_;
    if (meant && !request_.skip.empty()) return skip(status);
    CHECK_OK(act(step));
    if (request_.dry_run && acts(step) && out_.changed.size() > changed_) {
      changed_ = out_.changed.size();
      return stop(status, {});
    }
    TRY(const Evidence evidence, look_at(hub_, running_.basis, running_.retirement, step));
    if (!evidence.missing.empty()) {
      if (meant && !request_.proof.empty())
        return fail(Fault::denied,
                    fmt::format("{}: the program sees that this is not done: {}", step.title,
                                evidence.missing.front()),
                    "Do that first; or leave the step out with --skip REASON, which the report "
                    "shows.");
      return stop(status, evidence.missing);
    }
    if (!step.confirm.empty()) {
      TRY(const bool typed, confirmed(step));
      if (!typed) return stop(status, {});
    }
    if (step.witness == Witness::machine) {
      return settle(status, StepState::done, evidence.found, "carillon");
    }
    if (!meant || request_.proof.empty()) return stop(status, {});
    said_ = true;
    const std::string found = evidence.found.empty() ? "" : fmt::format(" ({})", evidence.found);
    return settle(status, StepState::done, request_.proof + found, actor_.name);
  }

  Result<bool> confirmed(const PlanStep& step) const {
    if (step.key != request_.step || request_.confirm.empty()) return false;
    if (request_.confirm == step.confirm) return true;
    return fail(Fault::invalid,
                fmt::format("{}: \"{}\" was typed, \"{}\" is the account", step.title,
                            request_.confirm, step.confirm),
                "This cannot be undone, so it must be typed exactly: --confirm " + step.confirm);
  }

  Result<bool> skip(const StepStatus& status) {
    if (!status.step.may_skip)
      return fail(Fault::denied, fmt::format("{}: this step cannot be left out", status.step.title),
                  status.step.why);
    said_ = true;
    return settle(status, StepState::skipped, request_.skip, actor_.name);
  }

  Result<bool> settle(const StepStatus& status, StepState state, const std::string& proof,
                      const std::string& by) {
    StepStatus settled = status;
    settled.record = {status.step.key, state, hub_.clock().now(), by, proof};
    point_("before " + status.step.key);
    if (request_.dry_run) {
      looked_.insert(status.step.key);
    } else {
      CHECK_OK(hub_.retirements().settle(running_.retirement, settled.record));
    }
    point_("after " + status.step.key);
    out_.settled.push_back(view_of(settled));
    return true;
  }

  // What was said of a later step would be lost, or meant for another one.
  Result<bool> stop(const StepStatus& status, std::vector<std::string> missing) {
    if (!request_.step.empty() && request_.step != status.step.key && !said_) {
      TRY(const auto records, hub_.retirements().records(running_.retirement.decision));
      if (!records.contains(request_.step))
        return fail(Fault::conflict,
                    fmt::format("it is not the turn of {}: first comes {} ({})", request_.step,
                                status.step.key, status.step.title),
                    fmt::format("`carillon retire next {}` says what to do.", request_.channel));
    }
    out_.now = {view_of(status)};
    out_.missing = std::move(missing);
    return false;
  }

  [[nodiscard]] static bool acts(const PlanStep& step) {
    return step.key == "farewell" || step.key == "use" || step.key == "report";
  }

  // What the program does for a step. Doing it again changes nothing.
  Result<void> act(const PlanStep& step) {
    if (step.key == "farewell")
      return write_post(farewell_slug(request_.channel),
                        farewell_post(running_.basis, organisation()));
    if (step.key == "report") {
      TRY(const auto steps, status_of(hub_, running_));
      return write_post(report_slug(request_.channel),
                        report_post(running_.basis, steps, organisation()));
    }
    if (step.key == "use") return change_use();
    return {};
  }

  Result<void> write_post(const std::string& slug, const std::string& text) {
    const fs::path file = hub_.workspace().dir / "posts" / (slug + ".md");
    std::error_code error;
    if (fs::exists(file, error)) return {};
    out_.changed.push_back(fmt::format("posts/{}.md", slug));
    if (request_.dry_run) return {};
    fs::create_directories(file.parent_path(), error);
    CHECK_OK(replace_file(file, text));
    point_("wrote " + slug);
    return {};
  }

  Result<void> change_use() {
    TRY(const Workspace now, open_workspace(hub_.workspace().dir.string()));
    const Use to = running_.basis.decision.to;
    for (const Channel& channel : now.channels) {
      if (channel.name == request_.channel && channel.use == to) return {};
    }
    TRY(const Evidence evidence,
        look_at(hub_, running_.basis, running_.retirement, PlanStep{.key = "use"}));
    if (!evidence.missing.empty()) return {};
    out_.changed.push_back(
        fmt::format("carillon.yaml: {} has the use {}", request_.channel, word_of(to)));
    if (request_.dry_run) return {};
    CHECK_OK(set_channel_keys(
        now, request_.channel,
        {{"use", json::string(word_of(to))}, {"since", json::string(day_of(hub_.clock().now()))}}));
    point_("wrote use");
    return {};
  }

  [[nodiscard]] const std::string& organisation() const {
    return hub_.workspace().config.organisation.name;
  }

  Hub& hub_;
  const Actor& actor_;
  const RetireNextRequest& request_;
  Running running_;
  Point point_;
  RetireAdvance out_;
  bool said_ = false;  // the person's word was used
  std::size_t changed_ = 0;
  std::set<std::string> looked_;  // in a dry run: what would be settled
};

}  // namespace

Result<RetirementView> retire_plan(Hub& hub, const Actor& actor, const RetirePlanRequest& request) {
  CHECK_OK(hub.channel(request.channel));
  TRY(const Decision decision, decision_for(hub, request));
  CHECK_OK(check_plan(hub, request, decision));
  Retirement wanted{decision.id, request.channel, request.move_to, hub.clock().now(), actor.name};
  TRY(const auto known, hub.retirements().of(request.channel));
  const bool begun = known && known->decision == decision.id;
  if (!request.dry_run) {
    TRY(wanted, hub.retirements().begin(wanted));
  } else if (begun) {
    wanted = *known;
    if (!request.move_to.empty()) wanted.move_to = request.move_to;
  }
  TRY(const Running running, running_of(hub, wanted));
  return view_of(hub, running, begun || !request.dry_run);
}

Result<RetireAdvance> retire_next(Hub& hub, const Actor& actor, const RetireNextRequest& request,
                                  const std::function<void(const std::string&)>& point) {
  TRY(Running running, running_of(hub, request.channel));
  CHECK_OK(check_word(running, request));
  return Walk(hub, actor, request, std::move(running), point).go();
}

Result<RetireAdvance> retire_next(Hub& hub, const Actor& actor, const RetireNextRequest& request) {
  return retire_next(hub, actor, request, [](const std::string&) {});
}

Result<std::vector<RetirementView>> retire_status(Hub& hub, const Actor&,
                                                  const RetireStatusRequest& request) {
  std::vector<RetirementView> out;
  if (!request.channel.empty()) {
    TRY(const Running running, running_of(hub, request.channel));
    TRY(out.emplace_back(), view_of(hub, running, true));
    return out;
  }
  TRY(const auto all, hub.retirements().list());
  for (const Retirement& one : all) {
    if (!hub.channel(one.channel)) continue;  // taken out of carillon.yaml since
    TRY(const Running running, running_of(hub, one));
    TRY(out.emplace_back(), view_of(hub, running, true));
  }
  return out;
}

Result<RetireReport> retire_report(Hub& hub, const Actor&, const RetireReportRequest& request) {
  TRY(const Running running, running_of(hub, request.channel));
  TRY(const auto steps, status_of(hub, running));
  return RetireReport{report_post(running.basis, steps, hub.workspace().config.organisation.name)};
}

std::vector<Operation<Hub>> retirement_operations() {
  return {
      operation<Hub>(
          {.name = "retire plan",
           .method = "POST",
           .path = "/retirements",
           .summary = "make the plan by which a channel ends",
           .help = "Lists each step with its reason, how it is verified and how it is undone, by "
                   "the rules of the platform and the decision behind it. Changes nothing but "
                   "that the plan is kept; --dry-run not even that.",
           .positional = {"channel"},
           .valued = {{"to", "USE"}, {"decision", "ID"}, {"move_to", "ACCOUNT"}}},
          &retire_plan),
      operation<Hub>(
          {.name = "retire next",
           .method = "POST",
           .path = "/retirements/{channel}/next",
           .summary = "go on with a plan, up to what a person must do",
           .help = "Looks at each open step in turn and settles what it sees done; stops at the "
                   "first one that needs a person, and says what to do. --proof settles a step "
                   "that only a person can see. May be repeated and interrupted at any time.",
           .positional = {"channel", "step"},
           .valued = {{"proof", "TEXT"}, {"skip", "REASON"}, {"confirm", "NAME"}}},
          static_cast<Result<RetireAdvance> (*)(Hub&, const Actor&, const RetireNextRequest&)>(
              &retire_next)),
      operation<Hub>({.name = "retire status",
                      .method = "GET",
                      .path = "/retirements",
                      .needs = Permission::author,
                      .summary = "how far each plan is",
                      .positional = {"channel"}},
                     &retire_status),
      operation<Hub>({.name = "retire report",
                      .method = "GET",
                      .path = "/retirements/{channel}/report",
                      .needs = Permission::author,
                      .summary = "the public report of a plan, as a post file",
                      .positional = {"channel"}},
                     &retire_report),
  };
}

}  // namespace carillon

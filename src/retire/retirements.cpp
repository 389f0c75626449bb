#include "retire/retirements.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "base/moment.hpp"
#include "store/events.hpp"

namespace carillon {

namespace {

// A proof in a table of Markdown: one line, no bar that would end its cell, no markup.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '\n' || c == '\r') {
      out += ' ';
    } else {
      if (std::string_view("|\\`*_[]<>").find(c) != std::string_view::npos) out += '\\';
      out += c;
    }
  }
  return out;
}

// A value of front matter that YAML reads as this text.
std::string in_quotes(std::string_view text) {
  return json::serialize(json::string(text));
}

}  // namespace

Result<Retirement> Retirements::begin(const Retirement& wanted) {
  return store_.write([&](Db& db) -> Result<Retirement> {
    TRY(const auto known,
        db.first<Retirement>("select * from retirement where decision = $1", wanted.decision));
    if (known && (wanted.move_to.empty() || known->move_to == wanted.move_to)) return *known;
    if (known) {
      CHECK_OK(db.run("update retirement set move_to = $2 where decision = $1", wanted.decision,
                      wanted.move_to));
      Retirement changed = *known;
      changed.move_to = wanted.move_to;
      return changed;
    }
    Retirement begun = wanted;
    begun.started = clock_.now();
    CHECK_OK(db.insert("retirement", begun));
    CHECK_OK(append_event(db, {ids_.next(),
                               begun.started,
                               "retirement.begun",
                               begun.actor,
                               begun.channel,
                               {{"decision", json::string(begun.decision)}}}));
    return begun;
  });
}

Result<std::vector<Retirement>> Retirements::list() {
  return store_.read([](Db& db) {
    return db.all<Retirement>("select * from retirement order by started, decision");
  });
}

Result<std::optional<Retirement>> Retirements::of(const std::string& channel) {
  return store_.read([&](Db& db) {
    return db.first<Retirement>(
        "select * from retirement where channel = $1 order by started desc, decision desc limit 1",
        channel);
  });
}

Result<std::map<std::string, StepRecord>> Retirements::records(const std::string& decision) {
  TRY(const auto rows, store_.read([&](Db& db) {
    return db.all<StepRecord>(
        "select step, state, at, actor, proof from retirement_step where decision = $1", decision);
  }));
  std::map<std::string, StepRecord> out;
  for (const StepRecord& row : rows) out[row.step] = row;
  return out;
}

Result<void> Retirements::settle(const Retirement& retirement, const StepRecord& record) {
  return store_.write([&](Db& db) -> Result<void> {
    TRY(const auto changed,
        db.run("insert into retirement_step (decision, step, state, at, actor, proof) values "
               "($1, $2, $3, $4, $5, $6) on conflict (decision, step) do nothing",
               retirement.decision, record.step, record.state, record.at, record.actor,
               record.proof));
    if (changed == 0) return {};
    CHECK_OK(append_event(
        db, {ids_.next(),
             record.at,
             record.state == StepState::done ? "retirement.step_done" : "retirement.step_skipped",
             record.actor,
             retirement.channel,
             {{"decision", json::string(retirement.decision)},
              {"step", json::string(record.step)},
              {"proof", json::string(record.proof)}}}));
    return {};
  });
}

std::vector<StepStatus> standing(const std::vector<PlanStep>& steps,
                                 const std::map<std::string, StepRecord>& records, Micros now) {
  std::vector<StepStatus> out;
  for (const PlanStep& step : steps) {
    StepStatus status{step, {.step = step.key}, 0};
    const auto known = records.find(step.key);
    if (known != records.end()) {
      status.record = known->second;
    } else if (!step.after.empty()) {
      const auto before = records.find(step.after);
      if (before != records.end()) status.not_before = before->second.at + step.days * day;
      if (status.not_before == 0 || status.not_before > now)
        status.record.state = StepState::waiting;
    }
    out.push_back(std::move(status));
  }
  return out;
}

std::string report_post(const PlanBasis& basis, const std::vector<StepStatus>& steps,
                        std::string_view organisation) {
  const Decision& decision = basis.decision;
  std::string out = fmt::format(
      "---\ntitle: {}\nslug: {}\nkind: general\n---\n",
      in_quotes(fmt::format("{} on {}: what was done", organisation, basis.rules.title)),
      report_slug(basis.channel.name));
  const std::string where = decision.record.empty()
                                ? fmt::format("decision {}", decision.id)
                                : fmt::format("[{}]({})", decision.id, decision.record);
  out += fmt::format("{} decided on {}: {} ({}).\n\n", cell(decision.body), decision.decided,
                     cell(decision.title), where);
  const std::string account = basis.channel.url.empty() ? std::string("the account")
                                                        : fmt::format("<{}>", basis.channel.url);
  out += fmt::format("The account is {}; it becomes {}.\n\n", account, word_of(decision.to));
  out += "| step | when | by | what was seen |\n| --- | --- | --- | --- |\n";
  for (const StepStatus& one : steps) {
    const StepState state = one.record.state;
    if (state == StepState::done || state == StepState::skipped) {
      out += fmt::format("| {} | {} | {} | {}{} |\n", one.step.title, day_of(one.record.at),
                         cell(one.record.actor), state == StepState::skipped ? "left out: " : "",
                         cell(one.record.proof));
    } else {
      out += fmt::format("| {} | {} | | to come |\n", one.step.title,
                         one.not_before > 0 ? "from " + day_of(one.not_before) : "");
    }
  }
  return out;
}

}  // namespace carillon

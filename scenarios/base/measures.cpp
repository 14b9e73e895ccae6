#include "scenarios/base/measures.h"

#include <algorithm>
#include <array>

namespace chokepoint {
namespace {

constexpr std::array kMeasures = {
    MeasureInfo{"capability", "availability", v1::UNIT_RATIO,
                "Share of the horizon in which it was not down."},
    MeasureInfo{"capability", "outage", v1::UNIT_DURATION,
                "Time in which it was down, all together."},
    MeasureInfo{"capability", "longest_outage", v1::UNIT_DURATION,
                "Longest stretch in which it was down."},
    MeasureInfo{"capability", "outages", v1::UNIT_NONE,
                "Number of stretches in which it was down."},
    MeasureInfo{"capability", "degraded", v1::UNIT_DURATION, "Time in which it was degraded."},
    MeasureInfo{"capability", "onset", v1::UNIT_DURATION,
                "From the first fault to the first time it was down."},
    MeasureInfo{"capability", "detection_time", v1::UNIT_DURATION,
                "From the first time it was down to the first time after that a team noticed "
                "something; absent if nobody did."},
    MeasureInfo{"capability", "recovery_time", v1::UNIT_DURATION,
                "From the first time it was down to the last time it came back; absent if it was "
                "never down or is down at the end."},
    MeasureInfo{"capability", "requested", v1::UNIT_NONE, "Requests, retries not counted."},
    MeasureInfo{"capability", "succeeded", v1::UNIT_NONE, "Requests that succeeded."},
    MeasureInfo{"capability", "failed", v1::UNIT_NONE, "Requests that were given up."},
    MeasureInfo{"capability", "success_ratio", v1::UNIT_RATIO,
                "Requests that succeeded, as a share of those that came to an end."},
    MeasureInfo{"capability", "value_lost", v1::UNIT_MONEY,
                "Requests that were given up, times the value of one."},
    MeasureInfo{"users", "requested", v1::UNIT_NONE, "Requests, retries not counted."},
    MeasureInfo{"users", "attempts", v1::UNIT_NONE, "Requests and their retries."},
    MeasureInfo{"users", "succeeded", v1::UNIT_NONE, "Requests that succeeded."},
    MeasureInfo{"users", "failed", v1::UNIT_NONE, "Requests that were given up."},
    MeasureInfo{"users", "gone_elsewhere", v1::UNIT_NONE, "Requests made to a competitor instead."},
    MeasureInfo{"component", "downtime", v1::UNIT_DURATION, "Time at level 0."},
    MeasureInfo{"component", "mean_level", v1::UNIT_RATIO, "Level, averaged over time."},
    MeasureInfo{"component", "lowest_level", v1::UNIT_RATIO, "Lowest level at any time."},
    MeasureInfo{"component", "members_off_mean", v1::UNIT_NONE,
                "Members that were off, averaged over time."},
    MeasureInfo{"component", "members_off_peak", v1::UNIT_NONE,
                "Most members that were off at the same time."},
    MeasureInfo{"component", "all_on", v1::UNIT_RATIO, "Share of the time with every member on."},
    MeasureInfo{"component", "price_per_year", v1::UNIT_MONEY,
                "What it costs to run, where a price is given."},
    MeasureInfo{"component", "data_lost", v1::UNIT_DURATION,
                "Time whose writes were lost by promotions of the standby."},
    MeasureInfo{"component", "split_brain", v1::UNIT_DURATION,
                "Time in which both the standby and members took writes."},
    MeasureInfo{"component", "elections", v1::UNIT_NONE, "Leaders elected after time 0 (quorum)."},
    MeasureInfo{"component", "commit_time", v1::UNIT_DURATION,
                "Mean time of one decision under the last leader (quorum)."},
    MeasureInfo{"component", "backlog_peak", v1::UNIT_BYTES,
                "Most bytes that waited unread (log)."},
    MeasureInfo{"component", "lag_peak", v1::UNIT_DURATION,
                "Furthest that the readers were behind (log)."},
    MeasureInfo{"component", "oversized_versions", v1::UNIT_NONE,
                "Versions that went out and that some reader has no room for (config)."},
    MeasureInfo{"component", "refused_versions", v1::UNIT_NONE,
                "Versions that validation kept from going out (config)."},
    MeasureInfo{"component", "default_answers", v1::UNIT_RATIO,
                "Share of the requests answered as if the file were empty, averaged over time "
                "(config)."},
    MeasureInfo{"component", "record_changes", v1::UNIT_NONE,
                "Times that the record was changed (dns)."},
    MeasureInfo{"component", "longest_queue", v1::UNIT_NONE,
                "Most requests that waited to be worked on (leases)."},
    MeasureInfo{"component", "work_in_vain", v1::UNIT_RATIO,
                "Share of the work that was for holders who had given up meanwhile (leases)."},
    MeasureInfo{"component", "bad_debt", v1::UNIT_MONEY,
                "Lent against collateral that is worth nothing (lender)."},
    MeasureInfo{"component", "deposits_left", v1::UNIT_MONEY, "Deposits at the end (lender)."},
    MeasureInfo{"component", "withdrawn", v1::UNIT_MONEY,
                "Paid to depositors who wanted out (lender)."},
    MeasureInfo{"component", "withdrawals_waiting", v1::UNIT_MONEY,
                "Asked for by depositors and not paid at the end (lender)."},
    MeasureInfo{"component", "utilisation_peak", v1::UNIT_RATIO,
                "Largest share of the deposits that was lent (lender)."},
    MeasureInfo{"component", "halts", v1::UNIT_NONE,
                "Times that it stopped making blocks (chain)."},
    MeasureInfo{"component", "lowest_stake", v1::UNIT_RATIO,
                "Smallest share of the stake that took part at any time (chain)."},
    MeasureInfo{"component", "fewest_answering", v1::UNIT_NONE,
                "Smallest number of its providers that answered at any time (pool)."},
    MeasureInfo{"component", "orders_cancelled", v1::UNIT_NONE,
                "Orders struck off while they waited for the timelock (authority)."},
    MeasureInfo{"component", "funds_left", v1::UNIT_MONEY,
                "Assets that are still there at the end (vault)."},
    MeasureInfo{"component", "funds_lost", v1::UNIT_MONEY, "Assets released to attackers (vault)."},
    MeasureInfo{"component", "releases_refused", v1::UNIT_NONE,
                "Calls of attackers that got nothing: paused, empty, over the limit (vault)."},
    MeasureInfo{"component", "honest_released", v1::UNIT_MONEY, "Released to its owners (vault)."},
    MeasureInfo{"component", "honest_blocked", v1::UNIT_MONEY,
                "Refused to its owners: paused, over the limit (vault)."},
    MeasureInfo{"component", "flaws_fixed", v1::UNIT_NONE,
                "Flaws that white hats reported and that were fixed before anybody used them "
                "(vault)."},
    MeasureInfo{"component", "bounty_paid", v1::UNIT_MONEY,
                "Paid to white hats, by the owners and not out of the assets (vault)."},
    MeasureInfo{
        "component", "half_lost_within", v1::UNIT_DURATION,
        "From the first release to an attacker until half of all that was lost is gone (vault)."},
    MeasureInfo{"component", "all_lost_within", v1::UNIT_DURATION,
                "From the first release to an attacker to the last (vault)."},
    MeasureInfo{"component", "arrived", v1::UNIT_NONE,
                "Requests offered to it, callers' retries included."},
    MeasureInfo{"component", "served", v1::UNIT_NONE, "Requests whose work was done."},
    MeasureInfo{"component", "wasted", v1::UNIT_NONE,
                "Of those, requests whose caller had given up before."},
    MeasureInfo{"component", "refused", v1::UNIT_NONE,
                "Requests turned away: queue full, too many at once, shed."},
    MeasureInfo{"component", "mean_wait", v1::UNIT_DURATION,
                "Time that a served request spent in the queue, on average."},
    MeasureInfo{"place", "racks_off_peak", v1::UNIT_NONE, "Most racks that were off at once."},
    MeasureInfo{"place", "hottest", v1::UNIT_TEMPERATURE,
                "Highest temperature of the air at or below it; absent without cooling."},
    MeasureInfo{"place", "share_hit", v1::UNIT_RATIO,
                "Share of the places right below it in which a rack was off at any time; absent if "
                "there are none."},
};

}  // namespace

std::span<const MeasureInfo> known_measures() { return kMeasures; }

const MeasureInfo* find_measure(std::string_view scope, std::string_view name) {
  const auto found = std::find_if(
      kMeasures.begin(), kMeasures.end(),
      [&](const MeasureInfo& known) { return known.scope == scope && known.name == name; });
  return found == kMeasures.end() ? nullptr : &*found;
}

}  // namespace chokepoint

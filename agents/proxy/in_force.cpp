#include "agents/proxy/in_force.h"

#include <algorithm>

namespace chokepoint::proxy {
namespace {

constexpr std::chrono::seconds kWitnessPatience(30);

Clock::duration seconds(double count) {
  return std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(count));
}

}  // namespace

bool InForce::begin(const Rule& rule, double lease_s) {
  if (rule_) return rule_->id == rule.id;
  rule_ = rule;
  touched_ = 0;
  free_up_ = free_down_ = Clock::time_point{};
  set_end(lease_s);
  tell();
  return true;
}

bool InForce::renew(const std::string& id, double lease_s) {
  if (!rule_ || rule_->id != id) return false;
  set_end(lease_s);
  return true;
}

void InForce::end() {
  if (!rule_) return;
  rule_.reset();
  end_.cancel();
  tell();
}

void InForce::set_end(double lease_s) {
  end_.expires_after(seconds(lease_s));
  end_.async_wait([this](const boost::system::error_code& cancelled) {
    if (!cancelled && end_.expiry() <= Clock::now()) end();
  });
}

// A listener may drop itself.
void InForce::tell() {
  for (auto listener = listeners_.begin(); listener != listeners_.end();) {
    const auto& changed = *listener++;
    changed();
  }
}

std::chrono::nanoseconds InForce::delay() {
  if (!rule_) return {};
  const double jitter = rule_->jitter_s * (2 * uniform_(random_) - 1);
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
      std::chrono::duration<double>(std::max(0.0, rule_->delay_s + jitter)));
}

std::optional<Clock::time_point> InForce::release_time(bool is_up, std::size_t bytes) {
  if (!rule_ || !(is_up ? rule_->up : rule_->down)) return std::nullopt;
  if (rule_->kind == Kind::delay) return Clock::now() + delay();
  if (rule_->kind != Kind::bandwidth) return std::nullopt;
  Clock::time_point& free = is_up ? free_up_ : free_down_;
  free = std::max(free, Clock::now()) + seconds(static_cast<double>(bytes) / rule_->bytes_per_s);
  return free;
}

std::uint16_t InForce::witness(const boost::asio::ip::address& address, std::uint16_t port) const {
  const bool is_v4_loopback =
      address.is_v6() && address.to_v6().is_v4_mapped() &&
      boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, address.to_v6()).is_loopback();
  if (!address.is_loopback() && !is_v4_loopback) return 0;
  const auto now = Clock::now();
  for (const Witness& witness : witnesses_) {
    if (witness.from == port && witness.until > now) return witness.to;
  }
  return 0;
}

void InForce::expect_witness(std::uint16_t from, std::uint16_t to) {
  std::erase_if(witnesses_, [&](const Witness& witness) {
    return witness.until <= Clock::now() || witness.from == from;
  });
  witnesses_.push_back({.from = from, .to = to, .until = Clock::now() + kWitnessPatience});
}

}  // namespace chokepoint::proxy

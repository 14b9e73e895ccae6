#include "controller/pki/pki.h"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdlib>
#include <system_error>

#include "controller/pki/address.h"
#include "controller/pki/folder.h"
#include "scenarios/base/nearest.h"

namespace chokepoint::controller::pki {
namespace {

namespace fs = std::filesystem;

constexpr double kDay = 86400;
constexpr double kLateClocks = 300;  // seconds

Error invalid(std::string message, std::string hint = {}) {
  return {.message = std::move(message), .hint = std::move(hint)};
}

Error conflict(std::string message, std::string hint) {
  return {.code = Code::conflict, .message = std::move(message), .hint = std::move(hint)};
}

bool is_something(const fs::path& path) {
  std::error_code ignored;
  return fs::exists(fs::symlink_status(path, ignored));
}

Status check_days(int days) {
  if (days >= 1 && days <= kMostDays) return Ok{};
  return invalid(fmt::format("{} days: from 1 to {} are possible", days, kMostDays));
}

Error taken(const fs::path& folder) {
  if (is_something(folder / kAuthority)) {
    return conflict(
        fmt::format("there is a certificate authority in '{}' already", folder.string()),
        "issue certificates with it, or name another folder");
  }
  return conflict(fmt::format("'{}' exists already", folder.string()),
                  "name a folder that does not exist yet");
}

// A folder beside the one that it becomes; gone with this, unless it was kept.
class FolderAside {
 public:
  static Result<FolderAside> make(const fs::path& folder) {
    std::string place =
        (folder.parent_path() / fmt::format(".{}.XXXXXX", folder.filename().string())).string();
    if (::mkdtemp(place.data()) == nullptr) {
      return system_error(errno, "make the folder", folder);
    }
    return FolderAside(place);
  }
  FolderAside(FolderAside&& other) noexcept : place_(std::exchange(other.place_, {})) {}
  FolderAside& operator=(FolderAside&&) = delete;
  ~FolderAside() {
    std::error_code ignored;
    if (!place_.empty()) fs::remove_all(place_, ignored);
  }

  const fs::path& path() const { return place_; }

  Status become(const fs::path& folder) {
    if (::rename(place_.c_str(), folder.c_str()) != 0) {
      const bool is_taken = errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR;
      return is_taken ? taken(folder) : system_error(errno, "make the folder", folder);
    }
    place_.clear();
    return sync_folder(folder.parent_path());
  }

 private:
  explicit FolderAside(fs::path place) : place_(std::move(place)) {}
  fs::path place_;
};

Status fill(const fs::path& folder, const InitOptions& options, double valid_until) {
  const Result<Pair> authority =
      make_authority({.from = options.now - kLateClocks, .until = valid_until});
  if (!authority) return authority.error();
  const Result<Owned<X509_CRL>> list = make_list(*authority, nullptr, {}, options.now);
  if (!list) return list.error();
  Status filled = write_new(folder / kAuthorityKey, pem_of(*authority->key), kForUs);
  if (filled) filled = write_new(folder / kAuthority, pem_of(*authority->certificate), kForAll);
  if (filled) filled = write_new(folder / kRevoked, pem_of(**list), kForAll);
  if (filled) filled = write_new(folder / kIssued, text_of(Index{}), kForAll);
  if (filled) filled = sync_folder(folder);
  return filled;
}

Status check_name(const std::string& name) {
  if (const std::string wrong = wrong_with_name(name); !wrong.empty()) return invalid(wrong);
  if (name == "ca" || name == "revoked") {
    return invalid(fmt::format("'{}' is the name of a file of the certificate authority", name),
                   "choose another name");
  }
  return Ok{};
}

Status check_addresses(const IssueOptions& options) {
  if (options.role != Role::controller) {
    if (options.addresses.empty()) return Ok{};
    return invalid(fmt::format("only a controller is called at an address, and '{}' is an {}",
                               options.name, name_of(options.role)),
                   "leave --address away");
  }
  if (options.addresses.empty()) {
    return invalid("a controller needs the addresses at which it is called",
                   "add --address HOST, as agents and people write it; repeatable");
  }
  for (const std::string& address : options.addresses) {
    if (const std::string wrong = wrong_with_address(address); !wrong.empty()) {
      return invalid(wrong, "write --address controller.example or --address 10.0.0.7");
    }
  }
  return Ok{};
}

Status check_first(const fs::path& folder, const Index& before, const IssueOptions& options) {
  if (!before.empty()) {
    return conflict(fmt::format("'{}' was issued already", options.name),
                    "--renew makes a new certificate for the same holder; others need another "
                    "name");
  }
  for (const fs::path& path :
       {certificate_path(folder, options.name), key_path(folder, options.name)}) {
    if (is_something(path)) {
      return conflict(fmt::format("'{}' exists already and was left as it is", path.string()),
                      "move it away, or choose another name");
    }
  }
  return Ok{};
}

Status check_renewal(const fs::path& folder, const Folder& opened, const Index& before,
                     const IssueOptions& options) {
  if (before.empty()) {
    return Error{.code = Code::not_found,
                 .message = fmt::format("'{}' was never issued", options.name),
                 .hint = "leave --renew away"};
  }
  const std::vector<std::string> revoked = opened.revoked();
  for (const Entry& entry : before) {
    const bool is_revoked =
        std::find(revoked.begin(), revoked.end(), entry.serial) != revoked.end();
    if (is_revoked || entry.role == options.role) continue;
    return conflict(fmt::format("'{}' was issued as {}, not as {}", options.name,
                                name_of(entry.role), name_of(options.role)),
                    "revoke it first");
  }
  for (const fs::path& path :
       {certificate_path(folder, options.name), key_path(folder, options.name)}) {
    std::error_code ignored;
    if (is_something(path) && !fs::is_regular_file(fs::symlink_status(path, ignored))) {
      return conflict(fmt::format("'{}' is no plain file and was left as it is", path.string()),
                      "move it away");
    }
  }
  return Ok{};
}

Result<double> end_of(const Folder& opened, const IssueOptions& options) {
  const double authority_ends = opened.authority_ends();
  const double possible_days = std::floor((authority_ends - options.now) / kDay);
  if (authority_ends <= options.now) {
    return Error{.code = Code::denied,
                 .message = fmt::format(
                     "the certificate authority ended on {}",
                     instant_text(X509_get0_notAfter(opened.authority().certificate.get()))),
                 .hint = "make another one in another folder, and new certificates with it"};
  }
  if (options.days == 0) return std::min(options.now + kLeafDays * kDay, authority_ends);
  if (Status checked = check_days(options.days); !checked) return checked.error();
  if (options.days > possible_days) {
    return invalid(
        fmt::format("the certificate authority ends before {} days are over", options.days),
        fmt::format("--days can be {:.0f} at most; without it, the certificate ends with "
                    "the authority",
                    possible_days));
  }
  return options.now + options.days * kDay;
}

}  // namespace

Result<Made> init(const fs::path& folder, const InitOptions& options) {
  if (Status checked = check_days(options.days); !checked) return checked.error();
  fs::path whole = fs::absolute(folder).lexically_normal();
  if (!whole.has_filename()) whole = whole.parent_path();  // "pki/"
  if (is_something(whole)) return taken(folder);
  Result<FolderAside> place = FolderAside::make(whole);
  if (!place) return place.error();
  const double valid_until = std::floor(options.now) + options.days * kDay;
  if (Status filled = fill(place->path(), options, valid_until); !filled) return filled.error();
  if (Status done = place->become(whole); !done) return done.error();
  return Made{
      .files = {folder / kAuthority, folder / kAuthorityKey, folder / kRevoked, folder / kIssued},
      .valid_until = valid_until};
}

Result<Made> issue(const fs::path& folder, const IssueOptions& asked) {
  IssueOptions options = asked;
  options.now = std::floor(asked.now);
  if (Status checked = check_name(options.name); !checked) return checked.error();
  Result<Folder> opened = Folder::open(folder);
  if (!opened) return opened.error();
  const Index before = named(opened->index(), options.name);
  const Status allowed = options.is_renewal ? check_renewal(folder, *opened, before, options)
                                            : check_first(folder, before, options);
  if (!allowed) return allowed.error();
  if (options.is_renewal && options.addresses.empty() && options.role == Role::controller) {
    options.addresses = before.back().addresses;
  }
  if (Status checked = check_addresses(options); !checked) return checked.error();
  const Result<double> valid_until = end_of(*opened, options);
  if (!valid_until) return valid_until.error();

  const Result<Pair> leaf =
      make_leaf(opened->authority(),
                {.role = options.role,
                 .name = options.name,
                 .addresses = options.addresses,
                 .validity = {.from = options.now - kLateClocks, .until = *valid_until}});
  if (!leaf) return leaf.error();
  const Entry entry{.serial = serial_text(X509_get0_serialNumber(leaf->certificate.get())),
                    .role = options.role,
                    .name = options.name,
                    .valid_until = *valid_until,
                    .addresses = options.addresses};
  if (Status added = opened->add(entry, *leaf); !added) return added.error();
  return Made{.files = {certificate_path(folder, options.name), key_path(folder, options.name)},
              .valid_until = *valid_until};
}

Result<Revoked> revoke(const fs::path& folder, const std::string& name, double now) {
  Result<Folder> opened = Folder::open(folder);
  if (!opened) return opened.error();
  const Index issued = named(opened->index(), name);
  if (issued.empty()) {
    std::vector<std::string> known;
    for (const Entry& entry : opened->index()) known.push_back(entry.name);
    return Error{.code = Code::not_found,
                 .message = fmt::format("'{}' was never issued", harmless(name)),
                 .hint = hint_for_unknown(name, known, "issued")};
  }
  const std::vector<std::string> before = opened->revoked();
  std::vector<std::string> serials;
  for (const Entry& entry : issued) {
    if (std::find(before.begin(), before.end(), entry.serial) == before.end()) {
      serials.push_back(entry.serial);
    }
  }
  if (serials.empty()) {
    return conflict(fmt::format("'{}' is revoked already", name),
                    fmt::format("give the controller {}", (folder / kRevoked).string()));
  }
  if (Status revoked = opened->revoke(serials, now); !revoked) return revoked.error();
  return Revoked{.list = folder / kRevoked, .certificates = serials.size()};
}

}  // namespace chokepoint::controller::pki

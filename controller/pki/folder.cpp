#include "controller/pki/folder.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <optional>
#include <system_error>
#include <tuple>

#include "scenarios/loader/text_file.h"

namespace chokepoint::controller::pki {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kCertificateAside = ".pem.new";
constexpr std::string_view kAnyAside = ".new";

Error missing(const fs::path& folder) {
  return {.code = Code::not_found,
          .message = fmt::format("there is no certificate authority in '{}'", folder.string()),
          .hint = fmt::format("make one: chokepoint pki init --folder {}", folder.string())};
}

Error about(const fs::path& path, const std::string& what) {
  return {.code = Code::invalid_input,
          .message = fmt::format("'{}' {}", path.string(), what),
          .hint = "nothing was changed; bring back the folder from a copy"};
}

Result<std::string> text_in(const fs::path& path) {
  Result<std::string> text = read_text_file(path);
  if (text || text.error().code == Code::unavailable) {
    if (!text) {
      return Error{.code = Code::unavailable,
                   .message = fmt::format("'{}' {}", path.string(), text.error().message)};
    }
    return text;
  }
  return about(path, "is missing");
}

// "maria" for ".maria.pem.new".
std::optional<std::string> name_aside(const std::string& file) {
  if (!file.starts_with('.') || !file.ends_with(kCertificateAside)) return std::nullopt;
  return file.substr(1, file.size() - 1 - kCertificateAside.size());
}

// Names of files that a program has left on their way to another name.
Result<std::vector<std::string>> files_aside(const fs::path& folder) {
  std::error_code error;
  std::vector<std::string> files;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string file = entry->path().filename().string();
    if (file.starts_with('.') && file.ends_with(kAnyAside)) files.push_back(file);
  }
  if (error) return system_error(error.value(), "list", folder);
  return files;
}

bool is_issued(const fs::path& certificate, const Index& index) {
  const Result<std::string> text = read_text_file(certificate);
  if (!text) return false;
  const auto certificates = certificates_in(*text);
  if (!certificates) return false;
  const std::string serial = serial_text(X509_get0_serialNumber(certificates->front().get()));
  return std::any_of(index.begin(), index.end(),
                     [&](const Entry& entry) { return entry.serial == serial; });
}

Status drop(const fs::path& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return system_error(errno, "remove", path);
  return Ok{};
}

}  // namespace

fs::path certificate_path(const fs::path& folder, std::string_view name) {
  return folder / fmt::format("{}.pem", name);
}

fs::path key_path(const fs::path& folder, std::string_view name) {
  return folder / fmt::format("{}.key", name);
}

Folder::Folder(fs::path path, FolderLock lock) : path_(std::move(path)), lock_(std::move(lock)) {}

Result<Folder> Folder::open(const fs::path& path) {
  Result<FolderLock> lock = FolderLock::take(path);
  if (!lock && lock.error().code == Code::not_found) return missing(path);
  if (!lock) return lock.error();
  Folder folder(path, *std::move(lock));
  if (Status read = folder.read(); !read) return read.error();
  if (Status settled = folder.settle(); !settled) return settled.error();
  return folder;
}

double Folder::authority_ends() const {
  return seconds_of(X509_get0_notAfter(authority_.certificate.get()));
}

Status Folder::read() {
  const ErrorsCleared errors;
  const fs::path authority_path = path_ / kAuthority;
  std::error_code ignored;
  if (!fs::exists(authority_path, ignored)) return missing(path_);
  const Result<std::string> certificate_text = text_in(authority_path);
  if (!certificate_text) return certificate_text.error();
  auto certificates = certificates_in(*certificate_text);
  if (!certificates) return about(authority_path, certificates.error().message);
  authority_.certificate = std::move(certificates->front());

  const fs::path key_file = path_ / kAuthorityKey;
  const Result<std::string> key_text = text_in(key_file);
  if (!key_text) return key_text.error();
  Result<Owned<EVP_PKEY>> key = key_in(*key_text);
  if (!key) return about(key_file, key.error().message);
  authority_.key = *std::move(key);
  if (X509_check_private_key(authority_.certificate.get(), authority_.key.get()) != 1) {
    return about(key_file, fmt::format("is not the key to {}", kAuthority));
  }

  const fs::path list_path = path_ / kRevoked;
  const Result<std::string> list_text = text_in(list_path);
  if (!list_text) return list_text.error();
  auto lists = revocation_lists_in(*list_text);
  if (!lists) return about(list_path, lists.error().message);
  list_ = std::move(lists->front());
  if (lists->size() > 1 || X509_CRL_verify(list_.get(), authority_.key.get()) != 1) {
    return about(list_path, fmt::format("is not the list of {}", kAuthority));
  }

  const fs::path index_path = path_ / kIssued;
  const Result<std::string> index_text = text_in(index_path);
  if (!index_text) return index_text.error();
  Result<Index> index = index_of(*index_text);
  if (!index) return about(index_path, "is damaged: " + index.error().message);
  index_ = *std::move(index);
  return Ok{};
}

Status Folder::settle() const {
  const Result<std::vector<std::string>> files = files_aside(path_);
  if (!files) return files.error();
  for (const std::string& file : *files) {
    const std::optional<std::string> name = name_aside(file);
    if (!name || !is_issued(path_ / file, index_)) continue;
    if (Status finished = finish(*name); !finished) return finished;
  }
  for (const std::string& file : *files) {
    if (Status removed = drop(path_ / file); !removed) return removed;
  }
  return files->empty() ? Status(Ok{}) : sync_folder(path_);
}

Status Folder::add(const Entry& entry, const Pair& pair) {
  Index index = index_;
  index.push_back(entry);
  Status added = put_aside(entry.name, pair);
  if (added)
    added = replace(path_ / kIssued, text_of(index), kForAll);  // from here on it is issued
  if (added) index_ = std::move(index);
  if (added) added = finish(entry.name);
  // Whatever went wrong, what the index on the disk says is made true now, or by the next command.
  if (!added && read()) std::ignore = settle();
  return added;
}

Status Folder::put_aside(const std::string& name, const Pair& pair) const {
  Status put = write_new(aside(key_path(path_, name)), pem_of(*pair.key), kForUs);
  if (put) {
    put = write_new(aside(certificate_path(path_, name)), pem_of(*pair.certificate), kForAll);
  }
  if (put) put = sync_folder(path_);
  return put;
}

// The key first: a certificate that is still aside says that there is something to finish.
Status Folder::finish(std::string_view name) const {
  const fs::path key = key_path(path_, name);
  Status taken = take_name(key);
  const bool was_taken_before = !taken && taken.error().code == Code::not_found;
  if (!taken && !was_taken_before) return taken;
  taken = take_name(certificate_path(path_, name));
  return taken ? sync_folder(path_) : taken;
}

Status Folder::revoke(const std::vector<std::string>& serials, double now) {
  Result<Owned<X509_CRL>> list = make_list(authority_, list_.get(), serials, now);
  if (!list) return list.error();
  Status replaced = replace(path_ / kRevoked, pem_of(**list), kForAll);
  if (replaced) list_ = *std::move(list);
  return replaced;
}

}  // namespace chokepoint::controller::pki

#pragma once
// The folder of a certificate authority, opened for one command.

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "controller/pki/certificates.h"
#include "controller/pki/files.h"
#include "controller/pki/index.h"
#include "scenarios/base/result.h"

namespace chokepoint::controller::pki {

inline constexpr const char* kAuthority = "ca.pem";
inline constexpr const char* kAuthorityKey = "ca.key";
inline constexpr const char* kRevoked = "revoked.pem";
inline constexpr const char* kIssued = "issued.txt";
inline constexpr mode_t kForAll = 0644;
inline constexpr mode_t kForUs = 0600;

std::filesystem::path certificate_path(const std::filesystem::path& folder, std::string_view name);
std::filesystem::path key_path(const std::filesystem::path& folder, std::string_view name);

class Folder {
 public:
  // Takes the lock, reads everything and checks that it belongs together, and finishes or drops
  // what a program that was killed has left. Errors: those that pki.h names for all.
  static Result<Folder> open(const std::filesystem::path& path);

  const Pair& authority() const { return authority_; }
  double authority_ends() const;  // seconds since 1970
  const Index& index() const { return index_; }
  std::vector<std::string> revoked() const { return serials_in(*list_); }

  // Adds a pair to the index and puts it under its name, all of it or nothing.
  Status add(const Entry& entry, const Pair& pair);
  // Puts the serial numbers on the list, too.
  Status revoke(const std::vector<std::string>& serials, double now);

 private:
  Folder(std::filesystem::path path, FolderLock lock);
  Status read();
  Status settle() const;
  Status put_aside(const std::string& name, const Pair& pair) const;
  Status finish(std::string_view name) const;

  std::filesystem::path path_;
  FolderLock lock_;
  Pair authority_;
  Owned<X509_CRL> list_;
  Index index_;
};

}  // namespace chokepoint::controller::pki

#pragma once
// How far a search is, on a terminal and nowhere else.

#include <cstddef>
#include <cstdio>

namespace chokepoint::cli {

class Tries {
 public:
  explicit Tries(std::FILE* stream);
  // Takes the line away.
  ~Tries();
  Tries(const Tries&) = delete;
  Tries& operator=(const Tries&) = delete;

  void show(std::size_t count, double best_score);

 private:
  std::FILE* stream_;
  bool is_shown_;
  bool is_drawn_ = false;
};

}  // namespace chokepoint::cli

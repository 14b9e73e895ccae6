#include "sim/faults/fault.h"
#include "sim/world/world.h"

namespace chokepoint::sim {
namespace {

class CacheFlushEffect : public Effect {
 public:
  CacheFlushEffect(World& world, const std::string& name, const v1::CacheFlush& spec)
      : world_(world), name_(name), spec_(spec) {}

  void inject() override {
    world_.users->flush_cache(spec_.component());
    world_.recorder.inject(v1::PRIMITIVE_CACHE_FLUSH, spec_.component(), name_, 1);
  }
  void revert() override {}  // a cache warms up by itself

 private:
  World& world_;
  std::string name_;
  const v1::CacheFlush& spec_;
};

}  // namespace

std::unique_ptr<Effect> make_cache_flush(World& world, const std::string& name,
                                         const v1::CacheFlush& spec) {
  return std::make_unique<CacheFlushEffect>(world, name, spec);
}

}  // namespace chokepoint::sim

// Included first in every file of the tsan preset. Protobuf's maps have one member more when
// compiled under TSan, and the library as Debian ships it has not (google/protobuf/map_field.h); so
// it must not notice. The standard library notices first, in <bits/c++config.h>.
#include <cstddef>
#undef __SANITIZE_THREAD__

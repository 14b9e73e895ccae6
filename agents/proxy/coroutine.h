#pragma once
// Coroutines of Boost.Asio, with errors as values.

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>  // which awaitable.hpp of Boost 1.74 forgets

namespace chokepoint::proxy {

namespace asio = boost::asio;
using asio::awaitable;
using ErrorCode = boost::system::error_code;

// The last argument of an operation to wait for; what went wrong is put into `error`.
inline auto into(ErrorCode& error) { return asio::redirect_error(asio::use_awaitable, error); }

}  // namespace chokepoint::proxy

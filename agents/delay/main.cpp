// Holds packets back: the kernel hands this process the number of each packet that a rule queues,
// and the packet goes on when its time has come. Dies with the agent that started it; then the
// kernel lets everything through.
//
// chokepoint-delay QUEUE DELAY_US JITTER_US: descriptor 10 is a pipe on which one byte is written
// once packets are taken. Exit: 2 wrong use, 3 the queue cannot be had.
#include <arpa/inet.h>
#include <libmnl/libmnl.h>
#include <linux/netfilter.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

extern "C" {
#include <libnetfilter_queue/libnetfilter_queue.h>
}

#include <array>
#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <queue>
#include <random>
#include <vector>

namespace {

constexpr int kReady = 10;
constexpr std::size_t kMessage = 8192;      // bytes, more than the kernel answers with
constexpr std::uint32_t kMostHeld = 16384;  // packets; more are let through at once
constexpr int kReceiveBuffer = 8 << 20;

std::int64_t now_ns() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

struct Held {
  std::int64_t due_ns;
  std::uint32_t packet;
  bool operator>(const Held& other) const {
    return due_ns != other.due_ns ? due_ns > other.due_ns : packet > other.packet;
  }
};

class Delay {
 public:
  Delay(std::uint32_t queue, std::int64_t delay_us, std::int64_t jitter_us)
      : queue_(queue),
        delay_ns_(delay_us * 1000),
        jitter_(-jitter_us * 1000, jitter_us * 1000),
        random_(std::random_device{}()) {}

  bool open() {
    socket_ = mnl_socket_open(NETLINK_NETFILTER);
    if (socket_ == nullptr || mnl_socket_bind(socket_, 0, MNL_SOCKET_AUTOPID) != 0) return false;
    ::setsockopt(mnl_socket_get_fd(socket_), SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBuffer,
                 sizeof kReceiveBuffer);
    int on = 1;
    mnl_socket_setsockopt(socket_, NETLINK_NO_ENOBUFS, &on, sizeof on);
    timer_ = ::timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    return timer_ >= 0 && configure();
  }

  void work() {
    std::array<pollfd, 2> ready = {pollfd{mnl_socket_get_fd(socket_), POLLIN, 0},
                                   pollfd{timer_, POLLIN, 0}};
    while (true) {
      if (::poll(ready.data(), ready.size(), -1) < 0 && errno != EINTR) return;
      if ((ready[0].revents & POLLIN) != 0) receive();
      let_go();
      set_timer();
    }
  }

 private:
  bool configure() {
    std::vector<char> buffer(kMessage);
    nlmsghdr* message = nfq_nlmsg_put(buffer.data(), NFQNL_MSG_CONFIG, queue_);
    message->nlmsg_flags |= NLM_F_ACK;
    nfq_nlmsg_cfg_put_cmd(message, AF_UNSPEC, NFQNL_CFG_CMD_BIND);
    if (!is_taken(message)) return false;
    message = nfq_nlmsg_put(buffer.data(), NFQNL_MSG_CONFIG, queue_);
    message->nlmsg_flags |= NLM_F_ACK;
    nfq_nlmsg_cfg_put_params(message, NFQNL_COPY_META, 0);
    nfq_nlmsg_cfg_put_qmaxlen(message, kMostHeld);
    const std::uint32_t flags = NFQA_CFG_F_GSO | NFQA_CFG_F_FAIL_OPEN;
    mnl_attr_put_u32(message, NFQA_CFG_FLAGS, htonl(flags));
    mnl_attr_put_u32(message, NFQA_CFG_MASK, htonl(flags));
    return is_taken(message);
  }

  bool is_taken(const nlmsghdr* message) {
    if (mnl_socket_sendto(socket_, message, message->nlmsg_len) < 0) return false;
    std::vector<char> answer(kMessage);
    const ssize_t got = mnl_socket_recvfrom(socket_, answer.data(), answer.size());
    return got > 0 && mnl_cb_run(answer.data(), static_cast<std::size_t>(got), 0,
                                 mnl_socket_get_portid(socket_), nullptr, nullptr) >= 0;
  }

  void receive() {
    constexpr std::size_t kBuffer = 1U << 17U;
    static std::vector<char> buffer(kBuffer);
    const ssize_t got =
        ::recv(mnl_socket_get_fd(socket_), buffer.data(), buffer.size(), MSG_DONTWAIT);
    if (got <= 0) return;
    mnl_cb_run(buffer.data(), static_cast<std::size_t>(got), 0, mnl_socket_get_portid(socket_),
               &Delay::hold, this);
  }

  static int hold(const nlmsghdr* message, void* self) {
    auto& delay = *static_cast<Delay*>(self);
    std::array<nlattr*, NFQA_MAX + 1> attributes{};
    if (nfq_nlmsg_parse(message, attributes.data()) < 0) return MNL_CB_OK;
    const nlattr* header = attributes[NFQA_PACKET_HDR];
    if (header == nullptr) return MNL_CB_OK;
    const auto* packet = static_cast<nfqnl_msg_packet_hdr*>(mnl_attr_get_payload(header));
    const std::int64_t jitter = delay.jitter_(delay.random_);
    delay.held_.push({now_ns() + delay.delay_ns_ + jitter, ntohl(packet->packet_id)});
    return MNL_CB_OK;
  }

  // All that are due, in one message to the kernel.
  void let_go() {
    constexpr std::size_t kVerdict = 64;  // bytes of one, with room
    static std::vector<char> buffer(256 * kVerdict);
    std::size_t used = 0;
    const std::int64_t now = now_ns();
    while (!held_.empty() && held_.top().due_ns <= now) {
      if (used + kVerdict > buffer.size()) {
        ::send(mnl_socket_get_fd(socket_), buffer.data(), used, 0);
        used = 0;
      }
      nlmsghdr* message = nfq_nlmsg_put(buffer.data() + used, NFQNL_MSG_VERDICT, queue_);
      nfq_nlmsg_verdict_put(message, static_cast<int>(held_.top().packet), NF_ACCEPT);
      used += MNL_ALIGN(message->nlmsg_len);
      held_.pop();
    }
    if (used > 0) ::send(mnl_socket_get_fd(socket_), buffer.data(), used, 0);
  }

  void set_timer() const {
    itimerspec when{};
    if (!held_.empty()) {
      when.it_value.tv_sec = held_.top().due_ns / 1'000'000'000;
      when.it_value.tv_nsec = held_.top().due_ns % 1'000'000'000;
    }
    ::timerfd_settime(timer_, TFD_TIMER_ABSTIME, &when, nullptr);
  }

  std::uint32_t queue_;
  std::int64_t delay_ns_;
  std::uniform_int_distribution<std::int64_t> jitter_;
  std::mt19937_64 random_;
  mnl_socket* socket_ = nullptr;
  int timer_ = -1;
  std::priority_queue<Held, std::vector<Held>, std::greater<>> held_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const auto queue = static_cast<std::uint32_t>(std::atoi(argv[1]));
  Delay delay(queue, std::atoll(argv[2]), std::atoll(argv[3]));
  if (!delay.open()) return 3;
  (void)!::write(kReady, "r", 1);
  ::close(kReady);
  delay.work();
  return 3;
}

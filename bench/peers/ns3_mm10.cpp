// The same M/M/10 on the bare event core of ns-3: two events a customer, a FIFO queue of arrival
// times.
#include <ns3/core-module.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>

namespace {

constexpr int kServers = 10;
double g_customers;
double g_arrived = 0;
double g_served = 0;
double g_wait = 0;
int g_busy = 0;
std::deque<double> g_queue;
ns3::Ptr<ns3::ExponentialRandomVariable> g_gap;
ns3::Ptr<ns3::ExponentialRandomVariable> g_work;

void Depart();

void Serve(double arrived) {
  g_wait += ns3::Simulator::Now().GetSeconds() - arrived;
  ns3::Simulator::Schedule(ns3::Seconds(g_work->GetValue()), &Depart);
}

void Depart() {
  ++g_served;
  if (g_queue.empty()) {
    --g_busy;
    return;
  }
  const double arrived = g_queue.front();
  g_queue.pop_front();
  Serve(arrived);
}

void Arrive() {
  if (++g_arrived < g_customers) {
    ns3::Simulator::Schedule(ns3::Seconds(g_gap->GetValue()), &Arrive);
  }
  const double now = ns3::Simulator::Now().GetSeconds();
  if (g_busy < kServers) {
    ++g_busy;
    Serve(now);
  } else {
    g_queue.push_back(now);
  }
}

}  // namespace

int main(int argc, char** argv) {
  g_customers = argc > 1 ? std::atof(argv[1]) : 1e6;
  const auto begin = std::chrono::steady_clock::now();
  g_gap = ns3::CreateObject<ns3::ExponentialRandomVariable>();
  g_gap->SetAttribute("Mean", ns3::DoubleValue(1.0 / 8));
  g_work = ns3::CreateObject<ns3::ExponentialRandomVariable>();
  g_work->SetAttribute("Mean", ns3::DoubleValue(1));
  ns3::Simulator::Schedule(ns3::Seconds(g_gap->GetValue()), &Arrive);
  ns3::Simulator::Run();
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
  std::printf("{\"customers\": %.0f, \"wait\": %.6f, \"seconds\": %.6f}\n", g_served,
              g_wait / g_served, took.count());
  ns3::Simulator::Destroy();
}

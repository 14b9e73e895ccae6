#!/usr/bin/python3
"""The same M/M/10 with SimPy 3, as its users write it."""

import json
import random
import sys
import time

import simpy

customers = int(float(sys.argv[1])) if len(sys.argv) > 1 else 50000
waits = []


def customer(env, servers, draws):
    arrived = env.now
    with servers.request() as request:
        yield request
        waits.append(env.now - arrived)
        yield env.timeout(draws.expovariate(1))


def source(env, servers, draws):
    for _ in range(customers):
        yield env.timeout(draws.expovariate(8))
        env.process(customer(env, servers, draws))


begin = time.perf_counter()
env = simpy.Environment()
env.process(source(env, simpy.Resource(env, capacity=10), random.Random(1)))
env.run()
took = time.perf_counter() - begin
print(json.dumps({"customers": customers, "wait": sum(waits) / len(waits), "seconds": took}))

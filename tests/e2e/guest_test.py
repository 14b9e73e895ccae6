"""What this machine's kernel may lack is tried in a guest that runs Debian's own: netem, the native queue of
nftables, control groups of version 2. Exits 77, which is "skipped", where no guest can be had.

guest_test.py BINARIES"""
import glob
import os
import re
import shutil
import subprocess
import sys
import tempfile

MODULES = ("sch_htb sch_netem nf_tables nft_numgen nft_reject_inet nft_queue nfnetlink_queue nft_redir nft_nat nft_fib_inet"
           " nft_compat").split()
PROGRAMS = ["chokepoint-agent", "chokepoint-guardian", "chokepoint-delay", "chokepoint-load"]
TOOLS = ["/sbin/tc", "/sbin/ip"]

INIT = """#!/bin/busybox sh
/bin/busybox mkdir -p /proc /sys /dev /run /tmp /t
/bin/busybox mount -t proc proc /proc
/bin/busybox mount -t sysfs sysfs /sys
/bin/busybox mount -t devtmpfs devtmpfs /dev
/bin/busybox mount -t tmpfs tmpfs /t
/bin/busybox mount -t cgroup2 cgroup2 /sys/fs/cgroup
for module in $(/bin/busybox cat /modules); do /bin/busybox insmod $module; done
/bin/busybox sh /test.sh
echo "TEST-RC=$?"
/bin/busybox poweroff -f
"""

TEST = r"""
export PATH=/rb:/bin
fail() { echo "FAILED: $*"; exit 1; }
/rb/ip link set lo up
echo '+cpu +memory' > /sys/fs/cgroup/cgroup.subtree_control
mkdir /sys/fs/cgroup/orders
cat > /t/agent.yaml <<END
agent: guest
state: /t/state
lease: 10s
interfaces: {loop: {interface: lo, peers: [127.9.0.0/16]}}
cgroups: {orders: {path: /sys/fs/cgroup/orders}}
load: {cores: 1, memory: 100MB}
END
round_trip() { ping -c 3 -i 0.2 -W 2 127.9.0.1 | sed -n 's/.*min\/avg\/max = \([0-9]*\).*/\1/p'; }
apply() { echo "$1" > /t/fault.yaml; /rb/chokepoint-agent apply /t/fault.yaml --config /t/agent.yaml --local; }
clean() {
  /rb/tc qdisc show dev lo | grep -q htb && fail "a queue is left after $1"
  /rb/chokepoint-agent status --config /t/agent.yaml | grep -q 'nothing is in place' || fail "$1 is in the journal"
}

for via in netem queue; do
  apply "{duration: 8s, packet_delay: {interface: loop, delay: 60ms, via: $via}}" > /t/out & agent=$!
  for i in $(seq 50); do grep -q 'injected, and seen' /t/out && break; sleep 0.2; done
  cat /t/out
  late=$(round_trip)
  echo "ROUND-TRIP $via $late ms"
  [ "$late" -ge 60 ] || fail "$via does not delay"
  wait $agent || fail "$via was not reverted"
  soon=$(round_trip)
  echo "ROUND-TRIP after $via $soon ms"
  [ "$soon" -lt 60 ] || fail "$via goes on"
  clean $via
done

apply "{duration: 1s, packet_delay: {interface: loop, delay: 60ms}}" > /t/out
grep -q 'by netem' /t/out || fail 'netem is not preferred'

echo "{duration: 60s, packet_delay: {interface: loop, delay: 60ms, via: netem}}" > /t/fault.yaml
/rb/chokepoint-agent apply /t/fault.yaml --config /t/agent.yaml --local > /t/out & agent=$!
for i in $(seq 50); do grep -q 'injected, and seen' /t/out && break; sleep 0.2; done
/rb/tc qdisc show dev lo | grep -q netem || fail 'netem is not there'
kill -9 $agent || fail 'the agent ended by itself'
for i in $(seq 50); do /rb/tc qdisc show dev lo | grep -q htb || break; sleep 0.2; done
clean 'a killed agent'
echo "KILLED healed"

lasts_a_second() {
  apply "$2" > /t/out || { cat /t/out; fail "$1"; }
  grep -q 'reverted, and seen' /t/out || fail "$1"
}
sleep 1000 & sleeper=$!
echo $sleeper > /sys/fs/cgroup/orders/cgroup.procs
lasts_a_second freeze "{duration: 1s, cgroup_freeze: {cgroup: orders}}"
grep -q 'frozen 0' /sys/fs/cgroup/orders/cgroup.events || fail 'it is frozen still'
lasts_a_second cpu "{duration: 1s, cpu_limit: {cgroup: orders, cores: 20%}}"
grep -q '^max 100000' /sys/fs/cgroup/orders/cpu.max || fail 'it is limited still'
lasts_a_second memory "{duration: 1s, memory_limit: {cgroup: orders, bytes: 32MiB}}"
grep -q '^max' /sys/fs/cgroup/orders/memory.max || fail 'its memory is limited still'
lasts_a_second load "{duration: 1s, memory_load: {cgroup: orders, bytes: 20MB}}"
echo "CONTROL GROUPS restored"
"""


def skip(why):
    print("skipped:", why)
    sys.exit(77)


def output_of(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options).stdout


def kernel(folder):
    """Unpacks Debian's cloud kernel, without installing it; its image and the folder of its modules."""
    depends = output_of("apt-cache", "depends", "linux-image-cloud-amd64")
    package = re.search(r"Depends: (linux-image-\S+)", depends)
    if not package:
        skip("no package of a kernel")
    try:
        # Where apt downloads as a user of its own, that user must get there.
        output_of("apt-get", "-o", "APT::Sandbox::User=root", "download", package.group(1), cwd=folder)
    except subprocess.CalledProcessError as error:
        skip("the kernel cannot be downloaded: " + error.stderr.strip())
    output_of("dpkg-deb", "-x", glob.glob(folder + "/linux-image*.deb")[0], folder + "/kernel")
    image = glob.glob(folder + "/kernel/boot/vmlinuz-*")[0]
    return image, os.path.basename(image).removeprefix("vmlinuz-")


def modules_for(folder, version):
    output_of("depmod", "-b", folder + "/kernel", version)
    ordered = []
    for module in MODULES:
        shown = output_of("modprobe", "-d", folder + "/kernel", "-S", version, "--show-depends", module)
        for line in shown.splitlines():
            if line.startswith("insmod ") and line.split()[1] not in ordered:
                ordered.append(line.split()[1])
    return ordered


def put_program(root, path):
    shutil.copy(path, root + "/rb/")
    listed = subprocess.run(["ldd", path], capture_output=True, text=True, check=False).stdout
    for library in re.findall(r"(/\S+) \(0x", listed):
        target = root + library
        if not os.path.exists(target):
            os.makedirs(os.path.dirname(target), exist_ok=True)
            shutil.copy(library, target)


def main(binaries):
    for tool in ("qemu-system-x86_64", "cpio", "modprobe", "depmod", "apt-get"):
        if not shutil.which(tool, path=os.environ["PATH"] + ":/sbin:/usr/sbin"):
            skip("no " + tool)
    os.environ["PATH"] += ":/sbin:/usr/sbin"
    if not os.path.exists("/bin/busybox"):
        skip("no busybox")
    with tempfile.TemporaryDirectory(prefix="chokepoint-guest-") as folder:
        os.chmod(folder, 0o755)
        image, version = kernel(folder)
        root = folder + "/root"
        for name in ("bin", "rb", "modules.d"):
            os.makedirs(root + "/" + name)
        shutil.copy("/bin/busybox", root + "/bin/")
        for applet in ("sh", "cat", "sed", "grep", "sleep", "seq", "ping", "kill", "mkdir"):
            os.symlink("busybox", root + "/bin/" + applet)
        for program in [binaries + "/" + name for name in PROGRAMS] + TOOLS:
            put_program(root, program)
        names = []
        for number, module in enumerate(modules_for(folder, version)):
            names.append(f"/modules.d/{number}.ko")
            shutil.copy(module, root + names[-1])
        for name, text in (("init", INIT), ("test.sh", TEST), ("modules", "\n".join(names))):
            with open(root + "/" + name, "w", encoding="utf-8") as file:
                file.write(text)
        os.chmod(root + "/init", 0o755)
        subprocess.run("find . | cpio -o -H newc --quiet | gzip -1 > ../initrd.gz", shell=True, check=True, cwd=root)
        run = subprocess.run(
            ["qemu-system-x86_64", "-accel", "tcg", "-machine", "q35", "-cpu", "max", "-smp", "2", "-m", "1024",
             "-nodefaults", "-no-reboot", "-display", "none", "-serial", "stdio", "-kernel", image, "-initrd",
             folder + "/initrd.gz", "-append", "console=ttyS0 quiet panic=-1 mitigations=off tsc=reliable no_timer_check"
             " nokaslr"], stdin=subprocess.DEVNULL, capture_output=True, timeout=200, check=False)
        said = run.stdout.decode(errors="replace").replace("\r", "")
        print(said)
        sys.exit(0 if "TEST-RC=0" in said else 1)


if __name__ == "__main__":
    main(sys.argv[1])

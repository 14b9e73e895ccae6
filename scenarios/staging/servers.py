"""What the servers are told: etcd, HAProxy and nginx, all from Debian's packages."""

import shutil

from layout import EDGE_ADDRESS, EDGE_PORT, HOSTS, LANE_PORT, LANES, Refused, address

PACKAGES = {"etcd": "etcd-server", "etcdctl": "etcd-client", "haproxy": "haproxy", "nginx": "nginx-light", "ip": "iproute2",
            "nsenter": "util-linux", "unshare": "util-linux"}
EDGE_MEMORY_KB = 49152  # address space of the edge's nginx; 138 700 features fit in, 139 100 do not (config-bloat.yaml)
FEATURES = 60  # in the edge's map, to begin with


def program(name):
    path = shutil.which(name, path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
    if path is None:
        raise Refused(f"there is no {name}: apt-get install {PACKAGES[name]}")
    return path


def identity(member, members):
    """Who a member of etcd is among the others, for the server and for what is restored to it."""
    peers = {one.number: f"http://{address(one.host)}:{one.peer_port}" for one in members}
    return ["--name", f"member-{member.number}", "--initial-advertise-peer-urls", peers[member.number],
            "--initial-cluster", ",".join(f"member-{number}={peer}" for number, peer in peers.items())]


def etcd(member, members, data, pre_vote):
    """With etcd's defaults for heartbeats and elections, written out since predictions rest on them. It does not wait
    for the disk: five hosts would have five."""
    here = f"http://{address(member.host)}"
    return [program("etcd"), *identity(member, members), "--data-dir", str(data),
            "--listen-client-urls", f"{here}:{member.client_port}",
            "--advertise-client-urls", f"{here}:{member.client_port}",
            "--listen-peer-urls", f"{here}:{member.peer_port}",
            "--initial-cluster-state", "new", "--initial-cluster-token", "mini-exchange",
            *(["--pre-vote"] if pre_vote else []), "--heartbeat-interval", "100", "--election-timeout", "1000",
            "--unsafe-no-fsync", "--logger", "zap", "--log-level", "warn"]


def haproxy(host, members):
    """The lane of a zone: orders go to a member that is part of a majority, views to any that answers. An order is
    asked of one member only, unless that could not be reached; a view may be asked twice."""
    lines = [
        "global", " maxconn 2000",
        "defaults", " mode http", " timeout connect 200ms", " timeout client 5s", " timeout check 700ms", " retries 2",
        " option redispatch 1", " http-reuse never",
        " default-server check inter 500ms fall 2 rise 1",
        "frontend lane", f" bind {address(host)}:{LANE_PORT}",
        " use_backend view if { path /v3/kv/range }", " default_backend trade",
    ]
    asked = {"trade": ["timeout server 2s", "option httpchk GET /health"],
             "view": ["timeout server 300ms", "option httpchk GET /version", "retry-on conn-failure response-timeout"]}
    for backend, words in asked.items():
        lines += [f"backend {backend}", " balance roundrobin", " http-check expect status 200",
                  *(f" {word}" for word in words)]
        lines += [f" server member-{one.number} {address(one.host)}:{one.client_port}" for one in members]
    return "\n".join(lines) + "\n"


def nginx(state):
    """The edge, before the lanes of all zones. A lane that cannot be reached is asked again after 2 s at the earliest."""
    lanes = "".join(f"  server {address(host)}:{LANE_PORT} max_fails=1 fail_timeout=2s;\n" for host in LANES)
    folder = state.folder / "data" / "nginx"
    temporary = "".join(f" {kind}_temp_path {folder}/{kind};\n"
                        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    return (
        f"daemon off; user root; worker_processes 1; pid {state.pid_file('nginx')}; error_log {state.log('nginx')};\n"
        "events { worker_connections 512; }\n"
        "http {\n access_log off;\n"
        f"{temporary}"
        # What the file says is told in every answer, so that everybody can see which version is read.
        f" map $http_x_feature $feature {{ default off; include {state.features}; }}\n"
        f" upstream lanes {{\n{lanes} }}\n"
        f" server {{\n  listen {EDGE_ADDRESS}:{EDGE_PORT};\n  add_header X-Feature $feature;\n"
        "  proxy_connect_timeout 200ms;\n"
        "  location / { proxy_pass http://lanes; proxy_read_timeout 2s; }\n"
        f"  location = /v3/kv/put {{\n   if (-f {state.market_shut}) {{ return 503; }}\n"
        "   proxy_pass http://lanes; proxy_read_timeout 2s;\n  }\n"
        "  location = /v3/kv/range {\n   proxy_pass http://lanes; proxy_read_timeout 500ms;\n"
        "   proxy_next_upstream error timeout http_502 http_503 http_504 non_idempotent;\n  }\n }\n}\n"
    )


def features():
    return "".join(f"feature-{number} on;\n" for number in range(FEATURES))


def hosts_of(members):
    """By host, what stands there, in words."""
    told = {host: [] for host in HOSTS}
    for member in members:
        told[member.host].append(f"etcd {member.number}, port {member.client_port} ({member.process})")
    for host in LANES:
        told[host].append(f"HAProxy, port {LANE_PORT} (lane)")
    return told

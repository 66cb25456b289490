/**
 * Ports from 1024 on where something other than a webhook receiver listens. A POST whose path, headers and body a
 * tenant chooses can do harm there even where the address is public: a third party's open Redis takes commands line
 * by line from an HTTP body.
 *
 * Origin: the default ports in each service's own documentation, and the Fetch standard's list of bad ports. None is
 * at 32768 or above (such as HDFS's 50070), where Linux picks ports for sockets that asked for any: a list reaching
 * into that range would refuse a developer's receiver now and then.
 */
const SERVICE_PORTS = [
  // Fetch standard, "port blocking", those from 1024 on: NFS, SIP, IRC and the like.
  '1719 1720 1723 2049 3659 4045 4190 5060 5061 6566 6665-6669 6679 6697 10080',
  // SQL Server, Oracle, Firebird, MySQL, PostgreSQL and PgBouncer, CockroachDB.
  '1433 1434 1521 1522 2483 2484 3050 3306 5432 5433 6432 26257',
  // Cassandra and its JMX, Neo4j, CouchDB, MongoDB, RethinkDB, InfluxDB.
  '7000 7001 7199 9042 9142 9160 7474 7687 5984 27017-27020 28015 28017 8086',
  // Redis with its cluster bus and sentinel, memcached, Elasticsearch, Solr.
  '6379 6380 16379 16380 26379 11211 11214 11215 9200 9300 8983',
  // AMQP, RabbitMQ, Erlang's port mapper, MQTT, NATS, Kafka, ZooKeeper.
  '5671 5672 15671 15672 25672 4369 1883 8883 4222 6222 8222 9092-9094 2181 2888 3888',
  // Docker, etcd, Kubernetes, Consul, Nomad, Vault.
  '2375-2377 2379 2380 6443 10248 10250 10255-10259 8300-8302 8500 8501 8600 4646-4648 8200 8201',
  // RMI, SOCKS and HTTP proxies, RDP, WinRM, VNC, X11, JDWP, Node's inspector, iSCSI.
  '1098 1099 1080 3128 3389 5985 5986 5900-5909 6000-6063 5005 9229 3260',
  // HDFS, Spark, Ollama.
  '8020 9870 7077 11434',
];

const DENIED_PORTS = new Set(SERVICE_PORTS.join(' ').split(' ').flatMap(portsOf));

const FIRST_UNPRIVILEGED_PORT = 1024;
const LAST_PORT = 65_535;

/** 80, 443, and from 1024 on what no well-known service uses; the same for public and for opened private networks. */
export function isPortAllowed(port: number): boolean {
  if (port === 80 || port === 443) return true;
  return Number.isInteger(port) && port >= FIRST_UNPRIVILEGED_PORT && port <= LAST_PORT && !DENIED_PORTS.has(port);
}

function portsOf(entry: string): number[] {
  const [first = 0, last = first] = entry.split('-').map(Number);
  return Array.from({ length: last - first + 1 }, (_, offset) => first + offset);
}

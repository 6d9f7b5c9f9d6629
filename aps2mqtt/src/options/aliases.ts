/** What other programs, and people, call our options: by the path in the app's structure, in small letters. */
const OTHERS: Readonly<Record<string, readonly string[]>> = {
  'ecu.host': ['ip', 'address', 'ipaddress', 'hostname', 'ecu', 'ecuip', 'ecuhost', 'ecuaddress', 'url'],
  'ecu.port': ['ecuport'],
  'ecu.name': ['friendlyname', 'devicename'],
  'ecu.timezone': ['tz', 'zone'],
  'ecu.auto_restart': ['restart', 'autoreboot', 'reboot'],
  'ecu.wifi_ssid': ['ssid', 'wifi', 'wifiname', 'wlan'],
  'ecu.wifi_password': ['wifipass', 'wifipasswd', 'wifikey', 'psk'],
  'mqtt.host': ['server', 'broker', 'address', 'ip', 'hostname', 'url', 'brokerip', 'brokeraddress', 'brokerhost'],
  'mqtt.port': ['brokerport', 'serverport'],
  'mqtt.username': ['user', 'login', 'brokeruser', 'brokerusername', 'brokerlogin'],
  'mqtt.password': ['pass', 'passwd', 'pwd', 'brokerpass', 'brokerpassword', 'brokerpasswd'],
  'mqtt.client_id': ['client', 'id', 'clientname'],
  'mqtt.topic_prefix': ['prefix', 'topic', 'basetopic', 'base', 'roottopic', 'root'],
  'mqtt.retain': ['retained'],
  'mqtt.protocol': ['version', 'protocolversion'],
  'mqtt.tls': ['ssl', 'secure', 'secured', 'encrypted', 'usetls', 'usessl', 'brokertls', 'brokerssl'],
  'mqtt.tls_verify': ['verify', 'insecure', 'tlsinsecure', 'rejectunauthorized', 'sslverify', 'verifycertificate'],
  'mqtt.ca_file': ['ca', 'cacert', 'cacerts', 'cafile', 'certificate', 'cert'],
  'mqtt.discovery': ['homeassistant', 'hass', 'ha', 'hadiscovery', 'autodiscovery'],
  'mqtt.picture': ['roof', 'image', 'roofpicture', 'svg'],
  'mqtt.birth_topic': ['statustopic', 'hastatustopic'],
  stop_at_night: ['night', 'nightpause', 'restatnight', 'pauseatnight', 'sleepatnight'],
  latitude: ['lat'],
  longitude: ['lng', 'lon', 'long'],
  poll_interval: ['interval', 'scaninterval', 'updateinterval', 'pollinginterval', 'polling', 'refresh'],
  language: ['lang', 'locale'],
  log_level: ['level', 'loglevel', 'verbosity', 'logging'],
  log_format: ['logformat'],
  state_file: ['state', 'statefile', 'cache', 'cachefile'],
  history_days: ['history', 'keepdays', 'retention', 'days'],
  history_dir: ['historyfolder', 'historypath', 'historydirectory'],
  http_port: ['pageport', 'webport', 'page', 'web', 'http'],
  http_host: ['pagehost', 'webhost', 'bind', 'listen'],
  http_password: ['pagepassword', 'webpassword', 'httppass', 'httppasswd'],
  http_allowed_hosts: ['allowedhosts', 'trustedhosts'],
};

/**
 * The path of the option that somebody means by another program's word for it.
 *
 * @param word as it was typed, without the section or the prefix around it
 * @param isPossible which paths are meant in the place where it stands
 */
export function aliasPath(word: string, isPossible: (path: string) => boolean): string | null {
  const plain = word.toLowerCase().replaceAll(/[-_.]/g, '');
  const found = Object.entries(OTHERS).find(
    ([path, words]) => isPossible(path) && (words.includes(plain) || plain === path.replace(/^.*\.|_/g, '')),
  );
  return found?.[0] ?? null;
}

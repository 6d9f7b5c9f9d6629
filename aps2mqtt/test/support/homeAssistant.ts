/**
 * What Home Assistant 2026.11 makes of discovery messages (homeassistant/components/mqtt/discovery.py and entity.py), as
 * far as a mistake of ours could cost somebody an entity or a line in the log.
 */
export class DiscoveryReader {
  readonly #prefix: string;
  /** Loaded entities: the topic that announced each, by `unique_id`. */
  readonly loaded = new Map<string, string>();
  /** All that the registry knows: an entity id that somebody may have in a dashboard. */
  readonly registered = new Set<string>();
  /** What Home Assistant would have logged as a warning or an error. */
  readonly complaints: string[] = [];
  readonly #released = new Set<string>();

  constructor(prefix = 'homeassistant') {
    this.#prefix = prefix;
  }

  read(topic: string, payload: string): void {
    if (!topic.startsWith(`${this.#prefix}/`) || !topic.endsWith('/config')) {
      return;
    }
    const own = [...this.loaded].filter(([, from]) => from === topic).map(([id]) => id);
    if (payload === '') {
      this.#remove(topic, own);
      return;
    }
    const message = JSON.parse(payload);
    if (message.migrate_discovery === true) {
      for (const id of own) {
        this.loaded.delete(id);
      }
      this.#released.add(topic);
      return;
    }
    const isDevice = topic.startsWith(`${this.#prefix}/device/`);
    if (isDevice && (message.origin === undefined || message.device === undefined)) {
      this.complaints.push(`${topic}: no origin or device`);
    }
    for (const component of isDevice ? Object.values<Component>(message.components) : [message as Component]) {
      this.#load(topic, component, isDevice);
    }
  }

  #load(topic: string, { unique_id: id, platform }: Component, isDevice: boolean): void {
    if (id === undefined) {
      // Only its platform: the entity goes.
      return;
    }
    const from = this.loaded.get(id);
    if (from !== undefined && from !== topic) {
      this.complaints.push(`${topic}: ${id} does not generate unique IDs, it exists from ${from}`);
      return;
    }
    if (isDevice && platform === undefined) {
      this.complaints.push(`${topic}: ${id} has no platform`);
    }
    this.loaded.set(id, topic);
    this.registered.add(id);
  }

  #remove(topic: string, own: readonly string[]): void {
    if (topic.startsWith(`${this.#prefix}/device/`) && own.length === 0) {
      this.complaints.push(`${topic}: no device components to cleanup`);
    }
    for (const id of own) {
      this.loaded.delete(id);
      this.registered.delete(id);
    }
    this.#released.delete(topic);
  }
}

interface Component {
  readonly unique_id?: string;
  readonly platform?: string;
}

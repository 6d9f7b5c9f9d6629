import { openWebSocket, type WebSocketLine } from './websocket.ts';

export interface EntityState {
  readonly entity_id: string;
  readonly state: string;
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface RegistryEntry {
  readonly entity_id: string;
  readonly unique_id: string;
  readonly platform: string;
  /** As it was announced. */
  readonly original_name: string;
  /** By whom or what; null for an entity that works. */
  readonly disabled_by: string | null;
  readonly entity_category: string | null;
}

/** What the registry knows beyond its list. */
export interface FullEntry extends RegistryEntry {
  readonly original_device_class: string | null;
  readonly capabilities: Readonly<Record<string, unknown>> | null;
}

interface Answer {
  readonly id?: number;
  readonly type: string;
  readonly success?: boolean;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** Asks a running Home Assistant over its WebSocket API. */
export class HomeAssistant {
  readonly #line: WebSocketLine;
  readonly #open: Map<number, (answer: Answer) => void>;
  readonly #url: string;
  readonly #token: string;
  #count = 0;

  private constructor(
    { url, token }: Readonly<Record<'url' | 'token', string>>,
    line: WebSocketLine,
    open: Map<number, (answer: Answer) => void>,
  ) {
    this.#url = url;
    this.#token = token;
    this.#line = line;
    this.#open = open;
  }

  /** @param url as a person types it into a browser @param token a long-lived access token */
  static async connect(url: string, token: string): Promise<HomeAssistant> {
    const open = new Map<number, (answer: Answer) => void>();
    let onAuth: (type: string) => void = () => {};
    const auth = new Promise<string>((resolve) => {
      onAuth = resolve;
    });
    const opened = await openWebSocket(new URL('/api/websocket', url), (text, line) => {
      const answer = JSON.parse(text) as Answer;
      if (answer.type === 'auth_required') {
        line.send(JSON.stringify({ type: 'auth', access_token: token }));
      } else if (answer.id === undefined) {
        onAuth(answer.type);
      } else {
        open.get(answer.id)?.(answer);
        open.delete(answer.id);
      }
    });
    if ((await auth) !== 'auth_ok') {
      throw new Error(`Home Assistant at ${url} does not take the token`);
    }
    return new HomeAssistant({ url, token }, opened, open);
  }

  async ask<Result>(type: string, more: object = {}): Promise<Result> {
    const id = ++this.#count;
    const answer = new Promise<Answer>((resolve) => this.#open.set(id, resolve));
    this.#line.send(JSON.stringify({ id, type, ...more }));
    const { success, result, error } = await answer;
    if (success !== true) {
      throw new Error(`${type}: ${error?.message}`);
    }
    return result as Result;
  }

  /** Entity ids by `unique_id`, of the MQTT entities of these devices. */
  async entityIds(deviceIds: readonly string[]): Promise<Map<string, string>> {
    return idsOf(await this.entries(deviceIds));
  }

  /** The same of those that are enabled: the others have no state. */
  async enabledIds(deviceIds: readonly string[]): Promise<Map<string, string>> {
    return idsOf((await this.entries(deviceIds)).filter((entry) => entry.disabled_by === null));
  }

  /** What the registry knows of the MQTT entities of these devices. */
  async entries(deviceIds: readonly string[]): Promise<readonly RegistryEntry[]> {
    const entries = await this.ask<RegistryEntry[]>('config/entity_registry/list');
    return entries.filter(
      (entry) => entry.platform === 'mqtt' && deviceIds.some((id) => entry.unique_id.startsWith(`aps_${id}_`)),
    );
  }

  /** The same in full. */
  async fullEntries(deviceIds: readonly string[]): Promise<readonly FullEntry[]> {
    const ids = (await this.entries(deviceIds)).map(({ entity_id }) => entity_id);
    const entries = await this.ask<Record<string, FullEntry>>('config/entity_registry/get_entries', {
      entity_ids: ids,
    });
    return Object.values(entries);
  }

  /** What an image entity shows, as a dashboard asks for it. */
  async picture({ attributes }: EntityState): Promise<{ type: string | null; text: string }> {
    const answer = await fetch(new URL(String(attributes.entity_picture), this.#url));
    return { type: answer.headers.get('content-type'), text: await answer.text() };
  }

  /** What a template of a person gives. */
  async render(template: string): Promise<string> {
    const answer = await fetch(new URL('/api/template', this.#url), {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ template }),
    });
    return answer.text();
  }

  async states(): Promise<Map<string, EntityState>> {
    const states = await this.ask<EntityState[]>('get_states');
    return new Map(states.map((state) => [state.entity_id, state]));
  }

  close(): void {
    this.#line.close();
  }
}

const idsOf = (entries: readonly RegistryEntry[]) =>
  new Map(entries.map((entry) => [entry.unique_id, entry.entity_id]));

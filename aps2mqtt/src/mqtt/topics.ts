/** The MQTT contract's topics (DESIGN 4). The ids are 12 digits and the prefix has been checked, so none can be odd. */
export interface Topics {
  /** Are we here? Also the last will. */
  readonly status: string;
  /** Does this ECU answer? */
  readonly availability: (ecuId: string) => string;
  readonly ecu: (ecuId: string) => string;
  readonly inverter: (ecuId: string, inverterId: string) => string;
  /** Where people and Home Assistant's buttons tell us what to do. */
  readonly refresh: (ecuId: string) => string;
  readonly restart: (ecuId: string) => string;
  readonly remove: (ecuId: string, inverterId: string) => string;
  readonly removeEcu: (ecuId: string) => string;
  readonly capture: (ecuId: string) => string;
  /** Where a capture comes out. */
  readonly captured: (ecuId: string) => string;
  /** Filters that hear all states, among others. */
  readonly states: readonly string[];
  /** Filters that hear all commands. */
  readonly commands: readonly string[];
}

/** @param prefix without slashes at its ends; empty for none */
export function createTopics(prefix: string): Topics {
  const base = prefix === '' ? 'aps' : `${prefix}/aps`;
  return {
    status: `${base}/status`,
    availability: (ecuId) => `${base}/${ecuId}/availability`,
    ecu: (ecuId) => `${base}/${ecuId}`,
    inverter: (ecuId, inverterId) => `${base}/${ecuId}/${inverterId}`,
    refresh: (ecuId) => `${base}/${ecuId}/refresh`,
    restart: (ecuId) => `${base}/${ecuId}/restart`,
    remove: (ecuId, inverterId) => `${base}/${ecuId}/${inverterId}/remove`,
    removeEcu: (ecuId) => `${base}/${ecuId}/remove`,
    capture: (ecuId) => `${base}/${ecuId}/capture`,
    captured: (ecuId) => `${base}/${ecuId}/captured`,
    states: [`${base}/+`, `${base}/+/+`],
    commands: ['refresh', 'restart', 'capture', 'remove', '+/remove'].map((end) => `${base}/+/${end}`),
  };
}

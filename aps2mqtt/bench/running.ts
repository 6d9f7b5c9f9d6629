import { type BrokerSettings, startBroker as startTestBroker, type TestBroker } from '../test/support/broker.ts';

const brokers = new Set<TestBroker>();

/** One line on standard error, so that the table alone can go to a file. */
export function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** A broker that ends with the bench, however that ends. */
export async function startBroker(settings: BrokerSettings = {}): Promise<TestBroker> {
  const broker = await startTestBroker(settings);
  brokers.add(broker);
  return {
    port: broker.port,
    stop: () => {
      brokers.delete(broker);
      return broker.stop();
    },
  };
}

/** Runs a bench and ends the process with it. Ctrl-C and SIGTERM leave nothing behind either. */
export function run(main: () => Promise<void>): void {
  for (const [signal, code] of [['SIGINT', 130] as const, ['SIGTERM', 143] as const]) {
    process.once(signal, () => end(code));
  }
  main().then(
    () => end(0),
    (error: unknown) => {
      tell(`The bench failed: ${error instanceof Error ? error.stack : String(error)}`);
      end(1);
    },
  );
}

function end(code: number): void {
  void Promise.allSettled([...brokers].map((broker) => broker.stop())).then(() => process.exit(code));
}

import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openKillableBrowser } from './support/browser.ts';
import { expectToldOfLeave, inCall } from './support/expectations.ts';
import type { JournalEntry } from './support/page/journal.ts';
import type { Participant } from './support/participant.ts';
import { Stage } from './support/stage.ts';

/** The promise is 2 s; the rest is for a busy test machine. */
const SOON_MS = 3_000;

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterEach(() => stage.clear());
afterAll(() => stage?.close());

interface Disappearance {
  readonly victim: Participant;
  readonly witness: Participant;
  readonly reason: number;
  readonly vanish: () => unknown;
}

async function expectNoticed({ victim, witness, reason, vanish }: Disappearance): Promise<void> {
  await inCall(stage.room(), [victim, witness]);
  const mark: JournalEntry | undefined = await witness.last();
  const goneAt = Date.now();
  void Promise.resolve(vanish()).catch(() => undefined);
  const leave = await expectToldOfLeave(witness, victim.userId, reason, mark);
  expect(leave.at - goneAt, 'milliseconds until the other was told').toBeLessThan(SOON_MS);
}

describe('a user whose page is gone', () => {
  it('is gone for the others when the tab is closed', async () => {
    const [victim, witness] = await stage.users('alice', 'bob');
    await expectNoticed({ victim, witness, reason: 0, vanish: () => victim.page.close() });
  });

  it('is gone for the others when the page is left', async () => {
    const [victim, witness] = await stage.users('alice', 'bob');
    await expectNoticed({ victim, witness, reason: 0, vanish: () => victim.page.goto('about:blank') });
  });

  it('is gone for the others when the page crashes', async () => {
    const [victim, witness] = await stage.users('alice', 'bob');
    const devtools = await victim.page.context().newCDPSession(victim.page);
    await expectNoticed({ victim, witness, reason: 1, vanish: () => devtools.send('Page.crash') });
  });

  it('is gone for the others when the browser is killed', async () => {
    const { browser, server } = await openKillableBrowser();
    const victim = await stage.user('alice', { browser });
    const witness = await stage.user('bob');
    await expectNoticed({
      victim,
      witness,
      reason: 1,
      vanish: () => server.process().kill('SIGKILL'),
    });
    await server.kill();
  });
});

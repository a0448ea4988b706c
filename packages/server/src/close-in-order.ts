/**
 * Does every step, one after the other, also when an earlier one failed: what cannot be closed must not keep the rest open.
 *
 * @throws what failed first, when all is done.
 */
export async function closeInOrder(steps: readonly (() => unknown)[]): Promise<void> {
  const failures: unknown[] = [];
  for (const step of steps) {
    try {
      await step();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}

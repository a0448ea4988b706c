/** An end that the user can do something about: the message says what, and no stack trace is shown. */
export class Refusal extends Error {
  /** @param {string} message What is wrong and what to do about it. */
  constructor(message) {
    super(message);
    this.name = 'Refusal';
  }
}

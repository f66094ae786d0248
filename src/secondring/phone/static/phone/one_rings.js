/**
 * Of many tabs one sounds. Whenever it rings each tab bids; the best bid sounds, at once, and the others hear of it. No tab
 * waits for another: sound is planned a moment ahead, and whoever is outbid before then stays silent.
 */

/** @typedef {{postMessage: (said: any) => void, onmessage: ((event: any) => void) | null, close?: () => void}} Channel */
/** @typedef {{tab: string, rank: number}} Bid */

/** Does this bid win? @param {Bid} ours @param {Bid} theirs */
export const beats = (ours, theirs) => ours.rank > theirs.rank || (ours.rank === theirs.rank && ours.tab < theirs.tab);

/** @param {{unlocked: boolean, visible: boolean, first: boolean}} tab */
export const rankOf = ({ unlocked, visible, first }) => Number(unlocked) * 4 + Number(visible) * 2 + Number(first);

export class OneRings {
  /**
   * @param {Channel} channel of all tabs of this browser
   * @param {string} tab
   * @param {() => number} rank of this tab now
   * @param {(mine: boolean) => void} decided whether this tab sounds
   */
  constructor(channel, tab, rank, decided) {
    this.channel = channel;
    this.tab = tab;
    this.rank = rank;
    this.decided = decided;
    this.bidding = false;
    channel.onmessage = (event) => this.heard(event.data);
  }

  /** It rings. */
  begin() {
    this.bidding = true;
    this.decided(true);
    this.channel.postMessage({ bid: this.bid });
  }

  /** It rings no more. */
  end() {
    this.bidding = false;
    this.decided(false);
  }

  /** This tab goes away: the others bid again. */
  leave() {
    const was = this.bidding;
    this.end();
    if (was) this.channel.postMessage({ again: true });
  }

  /** @returns {Bid} */
  get bid() {
    return { tab: this.tab, rank: this.rank() };
  }

  /** @param {{bid?: Bid, again?: boolean}} said */
  heard(said) {
    if (!this.bidding) return;
    if (said.again) this.begin();
    else if (said.bid && said.bid.tab !== this.tab) {
      if (beats(this.bid, said.bid)) this.channel.postMessage({ bid: this.bid });
      else this.decided(false);
    }
  }
}

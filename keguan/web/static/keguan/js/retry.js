// On the page that says the database is away: ask again, slower each time, and reload when it is back.
class Retry extends HTMLElement {
  connectedCallback() {
    this.hidden = false;
    this.wait = 2000;
    this.again();
  }

  again() {
    setTimeout(async () => {
      try {
        const answer = await fetch(location.href, { method: "HEAD", cache: "no-store" });
        if (answer.status !== 503) return location.reload();
      } catch { /* still away: the next try follows */ }
      this.wait = Math.min(this.wait * 1.5, 20000);
      return this.again();
    }, this.wait);
  }
}

customElements.define("kg-retry", Retry);

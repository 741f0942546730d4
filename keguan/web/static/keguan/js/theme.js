// The theme: automatic, light or dark. Kept in a cookie so that the server writes it into the page and nothing flashes.
const ORDER = ["auto", "light", "dark"];
const root = document.documentElement;

class Theme extends HTMLElement {
  connectedCallback() {
    this.hidden = false;
    this.show();
    this.querySelector("button").addEventListener("click", () => {
      const next = ORDER[(ORDER.indexOf(root.dataset.theme ?? "auto") + 1) % ORDER.length];
      if (next === "auto") delete root.dataset.theme;
      else root.dataset.theme = next;
      const age = next === "auto" ? 0 : 31536000;
      document.cookie = `theme=${next}; path=/; max-age=${age}; samesite=lax`;
      document.querySelectorAll("kg-theme").forEach((other) => other.show());
    });
  }

  show() {
    this.querySelector("[data-name]").textContent = this.dataset[root.dataset.theme ?? "auto"];
  }
}

customElements.define("kg-theme", Theme);

// Completion of the word being typed, and keys. The page works without.
"use strict";

(() => {
    const box = document.getElementById("q");
    const list = document.createElement("ul");
    const limit = 8, least = 2, pause_ms = 120;
    let timer = 0, asked = 0, chosen = -1;

    list.id = "words";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "Words of the archive");
    box.after(list);
    box.setAttribute("role", "combobox");
    box.setAttribute("aria-autocomplete", "list");
    box.setAttribute("aria-controls", "words");
    box.setAttribute("aria-expanded", "false");

    // The letters in front of the cursor.
    const prefix = () => {
        const before = box.value.slice(0, box.selectionStart);
        return /[\p{L}\p{N}]+$/u.exec(before)?.[0] ?? "";
    };

    const hide = () => {
        asked++;
        chosen = -1;
        list.hidden = true;
        box.setAttribute("aria-expanded", "false");
        box.removeAttribute("aria-activedescendant");
    };

    const take = (word) => {
        const at = box.selectionStart, start = at - prefix().length;
        box.value = box.value.slice(0, start) + word + " " + box.value.slice(at);
        box.selectionStart = box.selectionEnd = start + word.length + 1;
        hide();
        box.focus();
    };

    const choose = (number) => {
        const items = [...list.children];
        chosen = (number + items.length) % items.length;
        items.forEach((item, i) => item.setAttribute("aria-selected", String(i === chosen)));
        box.setAttribute("aria-activedescendant", items[chosen].id);
    };

    const show = (words) => {
        list.replaceChildren(...words.map(({ word }, i) => {
            const item = document.createElement("li");
            item.id = "word" + i;
            item.textContent = word;
            item.setAttribute("role", "option");
            item.setAttribute("aria-selected", "false");
            item.addEventListener("mousedown", (event) => {
                event.preventDefault();
                take(word);
            });
            return item;
        }));
        chosen = -1;
        list.hidden = words.length === 0;
        box.setAttribute("aria-expanded", String(words.length > 0));
    };

    const ask = async () => {
        const text = prefix(), number = ++asked;
        if (text.length < least) {
            hide();
            return;
        }
        const address = "/complete?limit=" + limit + "&prefix=" + encodeURIComponent(text);
        const answer = await fetch(address).catch(() => null);
        const words = answer?.ok ? (await answer.json()).words : [];
        if (number === asked)
            show(words);
    };

    box.addEventListener("input", () => {
        clearTimeout(timer);
        timer = setTimeout(ask, pause_ms);
    });
    box.addEventListener("blur", () => {
        clearTimeout(timer);
        hide();
    });
    box.addEventListener("keydown", (event) => {
        if (list.hidden)
            return;
        if (event.key === "ArrowDown" || event.key === "ArrowUp")
            choose(event.key === "ArrowDown" ? chosen + 1 : chosen < 0 ? -1 : chosen - 1);
        else if ((event.key === "Enter" || event.key === "Tab") && chosen >= 0)
            take(list.children[chosen].textContent);
        else if (event.key === "Escape")
            hide();
        else
            return;
        event.preventDefault();
    });

    // What j and k go through: the hits, or the articles beside one.
    const links = () => [...document.querySelectorAll(".hits h2 a, #related a, #reprints a")];

    const step = (by) => {
        const all = links(), now = all.indexOf(document.activeElement);
        all[now < 0 ? 0 : Math.min(Math.max(now + by, 0), all.length - 1)]?.focus();
    };

    const keys = {
        "/": () => { box.focus(); box.select(); },
        j: () => step(1),
        k: () => step(-1),
        u: () => document.getElementById("back")?.click(),
    };

    document.addEventListener("keydown", (event) => {
        const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
        if (typing && event.key === "Escape")
            event.target.blur();
        if (typing || event.ctrlKey || event.metaKey || event.altKey || !keys[event.key])
            return;
        event.preventDefault();
        keys[event.key]();
    });

    // Those that were not filled in are no part of the address.
    document.getElementById("form").addEventListener("submit", (event) => {
        for (const field of event.target.elements)
            if (field.name && (field.value === "" || field.value === "relevance"))
                field.disabled = true;
    });
    window.addEventListener("pageshow", () => {
        for (const field of document.getElementById("form").elements)
            field.disabled = false;
    });

    document.getElementById("keys").hidden = false;
})();

// Keeps the libraries of the back office within a content policy that allows no styles in the markup.

// Its rules stand in back_office.css.
htmx.config.includeIndicatorStyles = false;

// Alpine writes a bound style as an attribute, which is refused; the style object takes the same text.
const setAttribute = Element.prototype.setAttribute;

Element.prototype.setAttribute = function (name, value) {
  if (name === "style") this.style.cssText = value;
  else setAttribute.call(this, name, value);
};

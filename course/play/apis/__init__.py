"""Three small APIs with one hole each, for lesson 5.5; readers attack them before they read them."""

"""What goes out to other systems: notices by e-mail, chat robots and webhooks, as each person wants them."""

"""What each command does once its arguments are parsed; ``cli`` does nothing but parse."""

# no probe

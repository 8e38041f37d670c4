# no gate

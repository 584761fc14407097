º	´	Í!Í Hello from 09h!
$never shown
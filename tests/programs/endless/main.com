º	´	Í!ëþand on
$
"""What carries sound, behind one face (legs.Media): `relay` needs only pip, `rtpengine` carries several hundred calls."""

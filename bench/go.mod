module baton/bench

go 1.26.0

require baton v0.0.0

replace baton => ../

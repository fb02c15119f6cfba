use anygrad_forward::Dual;

fn main() {
    let x = Dual::<f64, 1>::variable(1.0, 0);
    let y = Dual::<Dual<f64, 1>, 1>::variable(Dual::from(1.0), 0);
    let _ = x + y;
}

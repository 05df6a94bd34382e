# The formula for a tap. `dist/release` fills in what is between @.
class Gox < Formula
  desc "Go toolchain manager: verified toolchains, and the right one at no cost"
  homepage "@HOMEPAGE@"
  version "@VERSION@"
  license any_of: ["MIT", "Apache-2.0"]

@ARCHIVES@

  def install
    bin.install "gox"
    man1.install Dir["man/man1/*"]
    bash_completion.install "completions/gox.bash" => "gox"
    zsh_completion.install "completions/_gox"
    fish_completion.install "completions/gox.fish"
  end

  test do
    assert_match version.to_s, shell_output("#{bin}/gox --version")
  end
end

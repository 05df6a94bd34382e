  on_@SYSTEM@ do
    on_@CPU@ do
      url "@URL@"
      sha256 "@SHA256@"
    end
  end

package net.viaduct.host.view;

/**
 * The path to another VTEP.
 *
 * @param mtuBytes the largest IP packet that is sent there
 * @param deviceMtuBytes what the device on the way there takes, or configuration allows
 * @param source how that is known: {@code device}, {@code probed}, {@code icmp}, {@code
 *     configured}, {@code black-hole}
 * @param phase how far the search is, by RFC 8899: {@code disabled}, {@code base}, {@code
 *     searching}, {@code search-complete}, {@code error}
 * @param sentence the same for a person
 */
public record PathView(
    int mtuBytes, int deviceMtuBytes, String source, String phase, String sentence) {}

package net.viaduct.host.view;

/**
 * What came of the wish to announce stations.
 *
 * @param stations how many were announced; -1 if there are so many that it goes on
 */
public record AnnouncementView(int stations) {}

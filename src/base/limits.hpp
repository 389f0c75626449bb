// Every bound in one place. Sizes in bytes unless the name says otherwise.
#pragma once

#include <cstddef>
#include <cstdint>

namespace carillon::limits {

inline constexpr std::size_t yaml_bytes = std::size_t{256} * 1024;
inline constexpr int yaml_depth = 32;
inline constexpr int yaml_nodes = 20'000;

inline constexpr std::size_t post_file_bytes = std::size_t{1024} * 1024;
inline constexpr std::size_t post_body_bytes = std::size_t{512} * 1024;
inline constexpr std::size_t check_summary_bytes = std::size_t{1000} * 1024;  // GitHub takes 1 MiB
inline constexpr std::size_t thread_parts = 25;
inline constexpr std::size_t media_count = 4;
inline constexpr std::size_t poll_options = 8;
inline constexpr std::size_t poll_option_bytes = 200;
inline constexpr std::int64_t poll_hours = 720;  // Mastodon takes a month at most
inline constexpr std::size_t media_file_bytes = std::size_t{50} * 1024 * 1024;
inline constexpr std::size_t media_upload_bytes = std::size_t{24} * 1024 * 1024;  // by a browser
inline constexpr std::int64_t media_pixels = 120'000'000;
inline constexpr std::int64_t media_master_side = 4096;  // longest side of what is kept, in pixels
inline constexpr std::int64_t media_master_bytes = 12L * 1024 * 1024;
inline constexpr std::int64_t media_home_side = 1600;  // of what the home shows
inline constexpr std::int64_t media_home_bytes = 1'000'000;
inline constexpr std::int64_t media_least_side = 16;  // smaller is no picture any more
inline constexpr std::size_t image_worker_memory = std::size_t{2} * 1024 * 1024 * 1024;
inline constexpr unsigned image_worker_cpu_seconds = 25;
inline constexpr int image_worker_ms = 60'000;  // by the clock on the wall

inline constexpr std::size_t scan_piece_bytes = std::size_t{16} * 1024 * 1024;  // read at once
inline constexpr std::size_t scan_blob_bytes = std::size_t{64} * 1024 * 1024;
inline constexpr unsigned scan_threads = 8;

inline constexpr std::size_t robots_bytes = std::size_t{500} * 1024;  // RFC 9309 section 2.5
inline constexpr std::size_t sitemaps = 200;                          // of one site
inline constexpr std::size_t sitemap_bytes = std::size_t{16} * 1024 * 1024;
inline constexpr std::size_t sitemap_pages = 50'000;  // as the protocol has it
inline constexpr std::size_t crawl_page_bytes = std::size_t{4} * 1024 * 1024;
inline constexpr std::size_t crawl_pages = 2000;       // unless another number is asked for
inline constexpr std::size_t crawl_depth = 20;         // links away from where it began
inline constexpr std::size_t crawl_waiting = 100'000;  // addresses that are known and not read
inline constexpr std::size_t crawl_same_path = 25;     // that differ only in their query
inline constexpr std::int64_t crawl_delay_ms = 200;    // between two requests to one host
inline constexpr std::int64_t crawl_delay_most_ms = 30'000;  // of what robots.txt asks for
inline constexpr std::int64_t crawl_minutes = 30;

// GitHub takes 65,536 characters; GitLab 1,048,576 (https://docs.gitlab.com/api/merge_requests/).
inline constexpr std::size_t pull_text_bytes = 60'000;

inline constexpr int data_depth = 64;  // of a record of the AT Protocol

inline constexpr std::size_t http_reply_bytes = std::size_t{8} * 1024 * 1024;
inline constexpr long http_connect_ms = 10'000;
inline constexpr long http_total_ms = 60'000;
inline constexpr long http_stall_ms = 30'000;
inline constexpr int http_redirects = 5;
inline constexpr long card_ms = 3000;  // of each request for a link's picture
inline constexpr std::size_t card_page_bytes = std::size_t{2} * 1024 * 1024;
inline constexpr std::size_t card_picture_bytes = std::size_t{8} * 1024 * 1024;
inline constexpr std::size_t http_header_bytes = std::size_t{64} * 1024;
inline constexpr std::size_t url_bytes = std::size_t{8} * 1024;
inline constexpr std::size_t query_pairs = 256;
// In one answer of a list by time.
inline constexpr std::int64_t listed_announcements = 500;
inline constexpr std::size_t server_header_bytes = std::size_t{16} * 1024;
inline constexpr std::size_t server_body_bytes = std::size_t{2} * 1024 * 1024;
inline constexpr std::int64_t server_idle_seconds = 30;
inline constexpr std::int64_t server_header_seconds = 10;
inline constexpr std::size_t server_body_bytes_per_second = 4096;
inline constexpr std::size_t server_connections = 4096;
inline constexpr std::int64_t server_stop_seconds = 5;
inline constexpr std::size_t server_file_bytes = std::size_t{16} * 1024;  // sent from a file
inline constexpr std::size_t server_file_bytes_most = std::size_t{1024} * 1024;
inline constexpr std::size_t server_files = 64;        // such bodies at once: each is a descriptor
inline constexpr std::size_t server_large_bodies = 4;  // of one megabyte and more, at once
// A stream of events: how long one lives (who asks again is looked at again), how many there are,
// and how much may wait for a reader who is slow.
inline constexpr std::int64_t stream_seconds = 600;
inline constexpr std::size_t streams = 256;
inline constexpr std::size_t stream_waiting_bytes = std::size_t{64} * 1024;

inline constexpr int store_attempts = 6;
inline constexpr std::size_t store_statements = 256;      // prepared, a connection
inline constexpr std::size_t store_pipeline_rows = 1000;  // sent before the answers are read

inline constexpr std::size_t outbox_batch = 100;  // claimed at once; a group where servers share
inline constexpr std::size_t outbox_group = 8;    // armed and settled in one commit each
inline constexpr int outbox_workers = 3;          // of one server
inline constexpr int feed_items = 50;

inline constexpr std::size_t archive_members = 2'000'000;  // of a zip
inline constexpr std::size_t archive_blocks = 4'000'000;   // of a Bluesky repository
inline constexpr int archive_tree_depth = 64;              // of its tree
inline constexpr std::size_t archive_record_bytes = std::size_t{4} * 1024 * 1024;
inline constexpr std::size_t archive_head_bytes = std::size_t{8} * 1024 * 1024;  // of its manifest
inline constexpr std::uint64_t archive_density = 200;  // times that a member may grow, if larger
inline constexpr std::uint64_t archive_dense_bytes = std::uint64_t{4} * 1024 * 1024;  // than this
inline constexpr std::size_t archive_batch_posts = 1000;  // written in one transaction
inline constexpr std::size_t archive_batch_bytes = std::size_t{8} * 1024 * 1024;
inline constexpr std::size_t archive_thread_posts = 2'000'000;
inline constexpr std::int64_t archive_found_max = 200;  // posts that a search may show
inline constexpr std::size_t archive_query_words = 32;

inline constexpr std::uint64_t range_bytes = std::uint64_t{8} * 1024 * 1024;  // of a file, at once
inline constexpr std::uint64_t whole_file_bytes = std::uint64_t{64} * 1024 * 1024;  // without range

// Argon2id: 82 ms on the project's kind of machine (libsodium calls it interactive).
inline constexpr unsigned password_passes = 2;
inline constexpr std::size_t password_memory = std::size_t{64} * 1024 * 1024;
inline constexpr std::ptrdiff_t passwords_at_once = 2;
inline constexpr std::size_t password_least = 12;  // characters
inline constexpr std::size_t password_bytes = 1024;
inline constexpr std::size_t name_bytes = 60;    // of a person, of an API token
inline constexpr std::size_t email_bytes = 254;  // RFC 5321 section 4.5.3.1.3, less the brackets
inline constexpr std::int64_t link_hours = 24;   // of a welcome link
inline constexpr std::int64_t session_idle_days = 7;
inline constexpr std::int64_t session_days = 30;
inline constexpr std::int64_t session_code_minutes = 10;  // between password and code
inline constexpr std::int64_t device_days = 365;          // that a browser is known without use
inline constexpr std::size_t recovery_codes = 10;
inline constexpr std::size_t api_tokens = 50;  // of one person

inline constexpr std::size_t proposal_text_bytes = 5000;
inline constexpr std::size_t proposal_line_bytes = 200;  // of each other field
inline constexpr std::size_t proposal_link_bytes = 500;
inline constexpr std::size_t proposal_links = 5;
inline constexpr std::int64_t proposal_form_seconds = 3;  // nobody reads and writes it faster
inline constexpr std::int64_t proposal_form_hours = 24;   // that a form may lie open
inline constexpr int proposals_at_once = 5;               // from one network
inline constexpr std::int64_t proposal_every_minutes = 10;
inline constexpr std::int64_t proposals_waiting = 1000;
inline constexpr std::size_t proposal_reason_bytes = 2000;
inline constexpr std::int64_t proposal_personal_days = 30;  // kept after a proposal has ended
inline constexpr std::int64_t proposal_waiting_days = 180;  // and where it never ends

inline constexpr std::size_t event_line_bytes = std::size_t{1024} * 1024;  // of an exported log
inline constexpr std::int64_t events_shown = 50;  // unless another number is asked for
inline constexpr std::int64_t events_shown_most = 500;

inline constexpr std::int64_t answer_hours = 24;  // that a request with a key is known again
inline constexpr std::int64_t answers_kept = 10'000;
inline constexpr std::size_t answer_bytes = std::size_t{512} * 1024;  // of one of them
inline constexpr std::size_t request_key_bytes = 255;
inline constexpr std::int64_t request_minutes = 10;  // after which nobody can be doing it any more

inline constexpr std::uintmax_t disk_free_bytes = 200'000'000;  // below: a warning

}  // namespace carillon::limits
